internal import ArgumentParser
internal import Diagnostics
internal import Glibc
internal import JSONText
internal import Rendering
internal import SystemPackage

/// The forms that a command's output can have: an enumeration of its own for each command that
/// can do more than `DocumentFormat`.
///
/// The command line takes no other, `--help` lists them, and a command's one `switch` over them
/// does not compile before a new one is handled.
protocol OutputFormat: ExpressibleByArgument, CaseIterable, RawRepresentable<String>, Sendable {}

/// For people, or the document itself.
enum DocumentFormat: String, OutputFormat {
  case human, json
}

/// How a command writes what it found.
struct Output<Format: OutputFormat>: ParsableArguments {
  @Option(name: [.customShort("o"), .long], help: "The form of the output.")
  var output: Format?

  @Option(name: .customLong("color"), help: "Colours in human output.")
  var colour = Colour.auto

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

  /// Writes bytes that are a document already.
  func write(_ bytes: [UInt8]) throws {
    do throws(Errno) {
      try writeOutput(bytes)
    } catch {
      throw failure(
        .error, Diagnostic(.outputFailed, "the output could not be written: \(error)"))
    }
  }

  /// Writes text for people.
  func write(human: (Style) -> String) throws {
    try write(Array(human(style(for: .standardOutput)).utf8))
  }

  /// Writes a document as JSON.
  func write(json document: some JSONValue) throws {
    try write(JSONWriter.bytes(of: document, .indented))
  }

  /// The end of a command, with its diagnostics.
  func failure(_ status: ExitStatus, _ diagnostics: Diagnostic...) -> Failure {
    Failure(status, diagnostics, errorStyle)
  }
}

/// The output of most commands.
typealias OutputOptions = Output<DocumentFormat>

extension OutputOptions {
  /// Writes a document in the form that was asked for.
  func write(
    _ document: some JSONValue, default format: DocumentFormat = .human, human: (Style) -> String
  ) throws {
    switch output ?? format {
    case .human: try write(human: human)
    case .json: try write(json: document)
    }
  }
}

/// When text for people has colours.
enum Colour: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}

extension Diagnostic.Code {
  static let outputFailed = Diagnostic.Code(
    "output-failed", "Standard output could not take the document.")
}
