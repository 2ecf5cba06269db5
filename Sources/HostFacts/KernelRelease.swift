/// What a kernel release (`uname -r`) says of itself.
///
/// It is read once; ranges then compare it without reading it again. Any text is one: what is in no
/// distribution's form is `upstream`, with what follows the version as its flavour.
///
/// | release | base | release | flavour | architecture |
/// |---|---|---|---|---|
/// | `6.1.0-56-cloud-amd64` | `6.1.0` | `56` | `cloud-amd64` | `amd64` |
/// | `6.12.117+deb12-amd64` | `6.12.117` | `deb12` | `amd64` | `amd64` |
/// | `5.15.0-1053-aws` | `5.15.0` | `1053` | `aws` | |
/// | `5.14.0-427.13.1.el9_4.x86_64` | `5.14.0` | `427.13.1.el9_4` | | `x86_64` |
/// | `5.14.0-427.el9.aarch64+64k` | `5.14.0` | `427.el9` | `64k` | `aarch64` |
/// | `6.4.0-150600.23.47-default` | `6.4.0` | `150600.23.47` | `default` | |
/// | `6.13.0-rc1-custom` | `6.13.0` | `rc1` | `custom` | |
package struct KernelRelease: Hashable, Sendable {
  /// Whose way of numbering it is.
  ///
  /// Debian's flavours end in an architecture. What has a release number and a flavour without one,
  /// on a version that ends in `.0`, is taken for Ubuntu's.
  package enum Scheme: String, Hashable, Sendable, CaseIterable {
    case debian, ubuntu, rpm, upstream

    /// The order of its versions. Upstream's is dpkg's, with `~rc` for `-rc`.
    package var order: VersionOrder { self == .rpm ? .rpm : .debian }
  }

  /// The release as `uname -r` has it.
  package let text: String
  package let scheme: Scheme
  /// The kernel's version: `6.1.0`. Empty if the text does not begin with a number.
  package let base: String
  /// How the distribution (`56`, `427.13.1.el9_4`, `061300~rc3`) or upstream (`rc1`, `+`) counts on
  /// from there.
  package let release: String?
  /// The variant as its users call it: `cloud-amd64`, `generic`, `default`, `rt`, `64k`. Nil for the
  /// plain kernel of distributions that have no name for it, and of upstream.
  package let flavour: String?
  /// As the text has it: `amd64` with Debian, `x86_64` with RPM.
  package let architecture: String?
  /// What is compared: base and release without flavour and architecture, `~rc1` for `-rc1`.
  package let version: String

  /// `version` without the mark of its distribution: without `.el9_4` or `+deb12`.
  let unmarkedVersion: String
  /// The name in that mark, `el` or `deb`; nil where there is none.
  let mark: String?
  /// Whether a `-rc` was read.
  let isCandidate: Bool

  package init(_ text: String) {
    let reading = KernelReleaseReading(text)
    self.text = text
    scheme = reading.scheme
    base = String(reading.base)
    release = reading.release
    flavour = reading.flavour
    architecture = reading.architecture.map(String.init)
    version = reading.version
    unmarkedVersion = reading.unmarkedVersion
    mark = reading.mark
    isCandidate = reading.candidate != nil
  }

  /// How this release stands to another of the same scheme and flavour; nil if they are of
  /// different ones, which are never compared.
  package func compared(to other: KernelRelease) -> Ordering? {
    guard scheme == other.scheme, flavour == other.flavour else { return nil }
    return scheme.order.compare(version, other.version)
  }
}
