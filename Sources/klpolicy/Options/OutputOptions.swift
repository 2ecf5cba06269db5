internal import ArgumentParser
internal import Diagnostics
internal import Glibc
internal import JSONText
internal import Rendering
internal import SystemPackage

/// How a command writes what it found.
struct OutputOptions: ParsableArguments {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case human, json
  }

  enum Colour: String, CaseIterable, ExpressibleByArgument {
    case auto, always, never
  }

  @Option(name: [.customShort("o"), .long], help: "The form of the output: human or json.")
  var output: Format?

  @Option(name: .customLong("color"), help: "Colours in human output: auto, always or never.")
  var colour: Colour = .auto

  /// For what is written to `descriptor`. `NO_COLOR` (no-color.org) holds unless the command line
  /// says otherwise.
  func style(for descriptor: FileDescriptor) -> Style {
    switch colour {
    case .always: return Style(isColoured: true)
    case .never: return Style(isColoured: false)
    case .auto:
      let variable = unsafe getenv("NO_COLOR")
      let isForbidden = unsafe variable != nil && variable?.pointee != 0
      return Style(isColoured: !isForbidden && isTerminal(descriptor))
    }
  }

  var errorStyle: Style { style(for: .standardError) }

  /// Writes a document in the form that was asked for.
  func write(
    _ document: some JSONValue, default format: Format = .human, human: (Style) -> String
  ) throws {
    let bytes =
      switch output ?? format {
      case .human: Array(human(style(for: .standardOutput)).utf8)
      case .json: JSONWriter.bytes(of: document, .indented)
      }
    try write(bytes)
  }

  /// Writes bytes that are a document already.
  func write(_ bytes: [UInt8]) throws {
    do throws(Errno) {
      try writeOutput(bytes)
    } catch {
      throw failure(
        .error, Diagnostic(.outputFailed, "the output could not be written: \(error)"))
    }
  }

  /// The end of a command, with its diagnostics.
  func failure(_ status: ExitStatus, _ diagnostics: Diagnostic...) -> Failure {
    Failure(status, diagnostics, errorStyle)
  }
}

extension Diagnostic.Code {
  static let outputFailed = Diagnostic.Code(
    "output-failed", "Standard output could not take the document.")
}
