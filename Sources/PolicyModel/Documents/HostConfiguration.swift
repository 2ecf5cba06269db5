package import Diagnostics
package import Nodes
internal import PolicySyntax
package import Shapes

/// What one host says of itself, in `/etc/klpolicy/config.yaml`. Its place says what it is, so that
/// `apiVersion` and `kind` may be left out.
package struct HostConfiguration: DocumentType, Sendable {
  package static let kind = "Config"
  package static let about = "What one host says of itself: /etc/klpolicy/config.yaml."

  /// Names and values that policies select hosts by.
  package let labels: Labels
  package let downloads: Downloads?
  package let agent: AgentConfiguration?
  /// Files of X.509 certificates, PEM or DER, whose signatures of modules count; relative paths begin
  /// in the configuration's own directory.
  package let trustedCertificates: [String]

  package init<S: Shape>(_ shape: inout S) {
    labels =
      shape.optional("labels", "names and values that policies select hosts by") ?? Labels([:])
    downloads = shape.optional("downloads", "how builds are fetched that policies name by url")
    agent = shape.optional("agent", "what the agent keeps this host to, and how often it looks")
    trustedCertificates =
      (shape.optional(
        "trustedCertificates", "files of certificates whose signatures of modules count",
        as: [CertificatePath].self) ?? []).map(\.text)
  }

  /// - Returns: the configuration, nil if there is any error, and all diagnostics in order.
  package static func read(
    _ source: SourceText
  ) -> (configuration: HostConfiguration?, diagnostics: [Diagnostic]) {
    let (configuration, diagnostics) = readAll(source)
    return (configuration, diagnostics.map(source.withoutSecrets))
  }

  private static func readAll(
    _ source: SourceText
  ) -> (configuration: HostConfiguration?, diagnostics: [Diagnostic]) {
    let (table, problems) = readYAML(source)
    if problems.containsError { return (nil, problems) }
    guard let root = table.roots.first, table.roots.count == 1 else {
      let problem = Diagnostic(
        .documentCount,
        table.roots.isEmpty
          ? "the configuration is empty"
          : "the configuration is one document, and here are several",
        at: table.roots.dropFirst().first.map { table.location($0) } ?? source.location(nil),
        advice: "write labels: {environment: production} for example, or remove the file")
      return (nil, problems + [problem])
    }
    var decoder = DocumentDecoder(table)
    if table.hasKey("kind", in: root) || table.hasKey("apiVersion", in: root),
      decoder.kind(ofDocumentAt: root, among: [kind]) == nil
    {
      return (nil, problems + decoder.diagnostics)
    }
    let configuration = decoder.decode(HostConfiguration.self, at: root)
    let diagnostics = (problems + decoder.diagnostics).sortedByLocation()
    return (diagnostics.containsError ? nil : configuration, diagnostics)
  }
}

/// The path of a file of certificates.
private struct CertificatePath: ShapedValue, Hashable {
  let text: String

  private static let form = TextForm(
    "the path of a file, of 1 to 4095 characters without NUL",
    TextPattern(.anyCharacters(but: "\0", 1...4095)), examples: ["certificates/vendor.pem"])

  init<S: ValueShape>(value shape: inout S) {
    text = shape.text(CertificatePath.form, or: "") { $0 }
  }
}

extension NodeTable {
  fileprivate func hasKey(_ key: String, in mapping: Int) -> Bool {
    guard nodes[mapping].kind == .mapping else { return false }
    let children = children(mapping)
    return stride(from: 0, to: children.count, by: 2).contains { index in
      nodes[children[index]].kind == .scalar && string(children[index]) == key
    }
  }
}
