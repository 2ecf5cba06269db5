internal import Artefacts
internal import Glibc
internal import SystemPackage

/// How this process fetches builds: through the proxies that its variables name. Nothing else of its
/// environment reaches curl.
var ownDownloads: DownloadSettings {
  var settings = DownloadSettings()
  for name in DownloadSettings.variables {
    if let value = unsafe getenv(name) {
      settings.environment[name] = unsafe String(cString: value)
    }
  }
  return settings
}

/// Draws how far a download is, in a line that the next one takes the place of.
@Sendable func showDownload(_ progress: DownloadProgress) {
  let clear = "\r\u{1B}[K"
  writeError(progress.isOver ? clear : clear + bar(progress))
}

private func bar(_ progress: DownloadProgress) -> String {
  let name = progress.url.split(separator: "/").last.map { String($0.prefix(30)) } ?? progress.url
  let size = "\(progress.received >> 20).\((progress.received >> 10) % 1024 * 10 / 1024) MiB"
  guard let fraction = progress.fraction else { return "fetching \(name): \(size)" }
  let width = 24
  let full = Int(fraction * Double(width))
  let picture = String(repeating: "#", count: full) + String(repeating: "-", count: width - full)
  return "fetching \(name) [\(picture)] \(Int(fraction * 100)) %, \(size)"
}
