package import SystemPackage

/// How builds are fetched that policies name by `url`.
package struct DownloadSettings: Hashable, Sendable {
  /// curl(1), which does it.
  package var program: FilePath = "/usr/bin/curl"
  /// Of the host's configuration; nil leaves it to the variables.
  package var proxy: String?
  /// The authorities that are believed instead of the system's, in PEM.
  package var certificates: FilePath?
  /// The proxy variables of this process, which curl reads.
  package var environment: [String: String] = [:]
  package var connectLimit = Duration.seconds(30)
  /// Slower than `slowest` bytes a second for so long is a connection that stalls.
  package var stallLimit = Duration.seconds(30)
  package var slowest = 1000
  /// For all attempts on one file together.
  package var timeLimit = Duration.seconds(600)
  package var attempts = 4
  /// Before the second attempt; twice as long before each further one.
  package var pause = Duration.seconds(1)
  package var largestSize = Artefact.largestSize

  package init() {}

  /// The variables by which curl is told of proxies.
  package static let variables = [
    "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
  ]
}

/// How far a download is.
package struct DownloadProgress: Hashable, Sendable {
  package var url: String
  /// Bytes that are here.
  package var received: Int
  /// From 0 to 1; nil where the server does not say how much there is.
  package var fraction: Double?
  /// Whether it is over, well or not.
  package var isOver: Bool
}
