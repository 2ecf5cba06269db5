internal import ArgumentParser
internal import Diagnostics
internal import Documents
internal import Files
internal import Rendering
internal import SystemPackage

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows the live state: patches, functions, the transition and who blocks it.",
    discussion: """
      With policies, the default directory included where it exists, it also says whether the host \
      is as they want it. prometheus writes metrics; with --textfile into a file, all at once, for \
      the node exporter's textfile collector. Where policies want the latest package of a vendor, it asks \
      what the package manager has in its caches, as plan does, for 20 s at most.
      """)

  enum Format: String, OutputFormat {
    case human, json, prometheus
  }

  @OptionGroup var policies: PolicyArguments
  @OptionGroup var host: HostOptions
  @Option(help: "Write the metrics into this file instead; its name has to end in .prom.")
  var textfile: String?
  @OptionGroup var output: Output<Format>

  func validate() throws {
    guard let textfile else { return }
    guard output.output ?? .prometheus == .prometheus else {
      throw ValidationError("--textfile takes metrics: -o prometheus")
    }
    // The collector reads no other, and a slip must not replace another file.
    guard textfile.hasSuffix(".prom") else {
      throw ValidationError("--textfile \(textfile): the collector reads files named *.prom only")
    }
  }

  func run() throws {
    var errors = OutputOptions()
    errors.output = nil
    errors.colour = output.colour
    let observation = try StatusObservation(policies, host, asksRepositories: true, errors)
    let status = observation.status
    switch output.output ?? (textfile == nil ? .human : .prometheus) {
    case .human: try output.write { text(of: status, $0) }
    case .json: try output.write(json: status)
    case .prometheus:
      let metrics = Array(
        prometheusText(
          of: status, plan: observation.plan, arePoliciesSound: observation.arePoliciesSound,
          toolVersion: toolVersion
        ).utf8)
      if let textfile { try write(metrics, to: textfile) } else { try output.write(metrics) }
    }
    if let failure = observation.failure { throw failure }
  }

  private func write(_ metrics: [UInt8], to textfile: String) throws {
    do throws(SystemError) {
      try writeDurably(
        metrics, to: FilePath(textfile),
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw output.failure(
        .error,
        Diagnostic(
          .outputFailed, "the metrics could not be written: \(error)",
          advice: "name a file, and no link, in the directory that the collector reads, which has "
            + "to exist"))
    }
  }
}
