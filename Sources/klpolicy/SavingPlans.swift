internal import Diagnostics
internal import Documents
internal import Files
internal import JSONText
internal import Nodes
internal import Planning
internal import SystemPackage

/// Writes a plan to a file that only its owner may read: the old file, or the whole new one.
func save(_ plan: Plan, to path: String, _ output: OutputOptions) throws {
  do throws(SystemError) {
    try writeDurably(JSONWriter.bytes(of: plan, .indented), to: FilePath(path))
  } catch {
    throw output.failure(
      .error,
      Diagnostic(
        .planNotSaved, "the plan could not be saved: \(error)",
        advice: "name a file, and no link, in a directory that is there and can be written"))
  }
}

/// Reads a plan that was saved; as root only one that nobody else can have written.
///
/// - Throws: `Failure` with `invalidInput`.
func readSavedPlan(_ path: String, _ output: OutputOptions) throws -> SavedPlan {
  let bytes: [UInt8]
  do throws(FileProblem) {
    bytes = try readTrusted(FilePath(path), trust: ownTrust, limit: 64 << 20)
  } catch {
    throw output.failure(
      .invalidInput,
      Diagnostic(
        .unreadablePlan, "the plan cannot be read: \(error)",
        advice: error.advice ?? "make one with klpolicy plan --out FILE"))
  }
  let (plan, diagnostics) = SavedPlan.read(
    SourceText(path: path, bytes: bytes, isObservation: true))
  guard let plan else { throw Failure(.invalidInput, diagnostics, output.errorStyle) }
  return plan
}

extension PlanningFlags {
  /// Demands what a saved plan was made with: a file never allows anything.
  func checkNeeds(of request: PlanRequest, _ output: OutputOptions) throws {
    let given = PlanRequest(
      paths: [], prune: prune, allowEmpty: allowEmpty, overridesWindow: overridesWindows)
    let missing = request.needs.filter { !given.needs.contains($0) }
    let added = given.needs.filter { !request.needs.contains($0) && $0 != "--override-window" }
    if missing.isEmpty, added.isEmpty { return }
    throw output.failure(
      .usage,
      missing.isEmpty
        ? Diagnostic(
          .planNeeds, "the plan was made without \(added.joined(separator: ", "))",
          advice: "make a plan with it, or leave it out")
        : Diagnostic(
          .planNeeds,
          "the plan was made with \(missing.joined(separator: ", ")), which no file allows",
          advice: "say it again on the command line"
            + (missing.contains("--override-window") ? ", with --reason TEXT" : "")))
  }
}

extension Diagnostic.Code {
  static let planNotSaved = Diagnostic.Code(
    "plan-not-saved", "A plan could not be written to the file that was named.")
  static let unreadablePlan = Diagnostic.Code(
    "unreadable-plan", "A saved plan cannot be read, or somebody else could have written it.")
  static let planNeeds = Diagnostic.Code(
    "plan-needs", "A saved plan was made with other options than it is to be carried out with.")
  static let notSaved = Diagnostic.Code(
    "not-saved", "A plan that was printed, and not saved to be carried out.")
}
