internal import Documents
internal import Glibc

/// What uname(2) answers.
struct SystemNames {
  var hostname = ""
  var release = ""
  var version = ""
  /// As `uname -m` prints it.
  var architecture = ""

  /// This machine's.
  static func live() -> SystemNames {
    var names = utsname()
    // It fails for a bad address only.
    _ = unsafe uname(&names)
    return SystemNames(
      hostname: text(names.nodename), release: text(names.release), version: text(names.version),
      architecture: text(names.machine))
  }

  private init(hostname: String, release: String, version: String, architecture: String) {
    self.hostname = hostname
    self.release = release
    self.version = version
    self.architecture = architecture
  }

  /// Those of a host under another root; empty where its files do not tell. Kernels before 6.1
  /// do not show their architecture.
  init(reading root: RootDirectory, _ observer: inout Observer) {
    func name(_ file: String) -> String {
      let path = "proc/sys/kernel/\(file)"
      let reading = root.text(path)
      if reading.isAbsent { observer.note(.missing(path: "/" + path)) }
      return observer.optionalFact(reading)?.value ?? ""
    }
    hostname = name("hostname")
    release = name("osrelease")
    version = name("version")
    architecture = name("arch")
  }

  /// A field of `utsname`: characters up to the first zero.
  private static func text<Field>(_ field: Field) -> String {
    unsafe withUnsafeBytes(of: field) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
