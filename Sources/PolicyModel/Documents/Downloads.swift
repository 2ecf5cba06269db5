package import Shapes

/// How a host fetches builds that policies name by `url`.
package struct Downloads: Shaped, Sendable {
  package let proxy: ProxyAddress?
  package let certificates: AbsolutePath?
  package let timeLimit: Duration?

  package init<S: Shape>(_ shape: inout S) {
    proxy = shape.optional(
      "proxy", "the proxy to fetch through; without it the variables https_proxy and no_proxy count"
    )
    certificates = shape.optional(
      "caFile", "a PEM file of the authorities to believe, instead of the system's")
    timeLimit = shape.optional("timeLimit", "how long one file may take; 10m if left out")
  }
}

/// The address of a proxy, as curl(1) takes it.
package struct ProxyAddress: FormedText {
  package static let form = TextForm(
    "the address of a proxy, such as http://proxy.example.org:3128",
    TextPattern(
      .characters("a-z0-9", 1...8), .literal("://"),
      .characters("A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-", 1...2000)),
    examples: ["http://proxy.example.org:3128"])
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// The path of a file of this host, from its root on.
package struct AbsolutePath: FormedText {
  package static let form = TextForm(
    "an absolute path", TextPattern(.literal("/"), .anyCharacters(but: "\0", 1...4094)),
    examples: ["/etc/ssl/certs/ca-certificates.crt"]
  ) { _ in "write it from / on" }
  package let text: String
  package init(checked text: String) { self.text = text }
}
