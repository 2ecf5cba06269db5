internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import HostFacts
internal import Rendering

struct VEXCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vex",
    abstract: "Prints what the applied live patches fix, as OpenVEX, for vulnerability scanners.",
    discussion: """
      The statements are those of this host and this boot: what is applied now, verified in the \
      kernel. The product is the package of the running kernel, as a package URL; where that does \
      not follow from the kernel, or a scanner wants another one, --product names it.
      """)

  @OptionGroup var policies: PolicyArguments
  @OptionGroup var host: HostOptions
  @Option(
    name: .customLong("product"),
    help: ArgumentHelp(
      "What the statements are about; may be given several times.", valueName: "purl"))
  var products: [String] = []
  @Option(help: "Who makes the statements.")
  var author = "klpolicy"
  @OptionGroup var output: OutputOptions

  func run() throws {
    let observation = try StatusObservation(policies, host, asksRepositories: false, output)
    let products = try self.products.isEmpty ? kernelPackage(observation.status.host) : products
    if let failure = observation.failure { throw failure }
    let document = OpenVEX(
      observation.status, products: products, author: author, toolVersion: toolVersion)
    try output.write(document, default: .json) { text(of: document, $0) }
  }

  private func kernelPackage(_ host: Host) throws -> [String] {
    let package = (host.distribution?.value).flatMap { distribution in
      KernelPackage(
        distribution: distribution.id, release: host.kernel.release, version: host.kernel.version,
        machine: host.architecture)
    }
    if let package { return package.urls }
    throw output.failure(
      .error,
      Diagnostic(
        .unknownProduct,
        "which package the kernel \(host.kernel.release) came in is not known",
        advice: "name it as scanners do: --product pkg:deb/debian/linux-image-...@VERSION?arch=..."
      ))
  }
}

extension Diagnostic.Code {
  static let unknownProduct = Diagnostic.Code(
    "unknown-product", "A kernel whose package does not follow from what it says of itself.")
}
