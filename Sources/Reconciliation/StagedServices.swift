internal import Documents
internal import LivepatchHost
internal import VendorServices

/// What the steps for services need, made ready before anything is changed.
final class StagedServices {
  /// The modules that are written, by their patches: each verified and held open since.
  let modules: [String: StagedModule]
  let files: ServiceFiles
  /// The digests of the files that the plan saw, by their paths.
  let seen: [String: String]
  /// The packages that earlier runs installed and did not get to verify.
  let unfinished: [UnfinishedPackage]
  /// The package managers, by the services whose packages they install.
  let managers: [String: PackageManager]
  let client: LivepatchClient
  /// Where it is.
  let clientPath: String
  /// What earlier runs told it and did not get to verify.
  let unfinishedSettings: [ClientChange]
  /// What the client is enabled with; nil where the plan tells it nothing, or no token can be used that it
  /// does not have to.
  let token: SecretText?

  init(
    modules: [String: StagedModule], files: ServiceFiles, seen: [String: String],
    unfinished: [UnfinishedPackage], managers: [String: PackageManager], client: LivepatchClient,
    clientPath: String, unfinishedSettings: [ClientChange], token: SecretText?
  ) {
    self.unfinished = unfinished
    self.modules = modules
    self.files = files
    self.seen = seen
    self.managers = managers
    self.client = client
    self.clientPath = clientPath
    self.unfinishedSettings = unfinishedSettings
    self.token = token
  }

  /// A module to write, and what tells it from others.
  struct StagedModule {
    var bytes: [UInt8]
    var buildID: String?
    var sha256: String
  }

  /// The packages of live patches that rpm has of a service, and why they are not known.
  func packages(
    of service: String, on host: LivepatchHost
  ) -> (packages: Fact<[Services.Package]>, problem: String?) {
    let isSUSE = service == "suse"
    let found = host.services(
      ServiceQuestion(redHat: !isSUSE, suse: isSUSE), of: host.observe().host)
    let packages =
      isSUSE ? found.services.suse?.packages : found.services.redHat?.packages
    return (packages ?? .unknown, found.unobserved.first?.message)
  }

  /// What SUSE's packages of the running kernel have to be in for the next boot; nil where that is nothing,
  /// or not known.
  func initrd(on host: LivepatchHost) -> Services.Initrd? {
    host.services(ServiceQuestion(suse: true), of: host.observe().host).services.suse?.initrd?.value
  }
}
