import Files
import SystemPackage
import Testing

@Suite struct `schema KIND` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func schema(_ kind: String) async throws -> Schema {
    Schema(try await klpolicy("schema", kind, in: scratch.path).json())
  }

  @Test(arguments: Kinds.all)
  func `is a JSON Schema of that kind`(kind: String) async throws {
    let outcome = try await klpolicy("schema", kind, in: scratch.path)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let json = try outcome.json()
    #expect(json["$schema"] == .string("https://json-schema.org/draft/2020-12/schema"))
    #expect(json["title"] == .string(kind))
    #expect(json["properties"]?["kind"]?["const"] == .string(kind))
    #expect(json["properties"]?["apiVersion"]?["const"] == .string("klpolicy/v1"))
    #expect(json["additionalProperties"] == .bool(false))
    let problems = Schema(json).problems(.object([:]))
    #expect(!problems.isEmpty, "an empty object is no \(kind)")
  }

  /// Write one anew with: klpolicy schema KIND > schemas/FILE
  @Test(arguments: Kinds.all)
  func `is what stands in schemas`(kind: String) async throws {
    let outcome = try await klpolicy("schema", kind, in: scratch.path)
    let file = Kinds.file(kind)
    let committed = try readTrusted(Kinds.folder.appending(file), trust: .unchecked, limit: 1 << 20)
    // Not the texts themselves: a failure would print them whole.
    let isSame = String(decoding: committed, as: UTF8.self) == outcome.output
    #expect(isSame, "klpolicy schema \(kind) > schemas/\(file)")
  }

  @Test func `is there for every kind, and schemas has no others`() async throws {
    let kinds = try await klpolicy("schema", "-o", "json", in: scratch.path).json().items
    #expect(kinds.compactMap { $0["kind"]?.text } == Kinds.all)
    let files = try listTrusted(Kinds.folder, trust: .unchecked).map(\.name.string)
    #expect(files.sorted() == Kinds.all.map(Kinds.file).sorted())
  }

  @Test func `lists the kinds when none is said`() async throws {
    let outcome = try await klpolicy("schema", in: scratch.path)
    #expect(outcome.status == 0)
    let names = outcome.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(names.map(String.init) == Kinds.all)
    #expect(outcome.output.contains("Which live patches Linux hosts should have"))
  }

  @Test(arguments: [
    ("Polcy", "did you mean `Policy`?"), ("plan", "did you mean `Plan`?"),
    ("Pod", "the kinds are `Policy`, `PatchSet`"),
  ])
  func `of no kind says which was meant`(kind: String, says: String) async throws {
    let outcome = try await klpolicy("schema", kind, in: scratch.path)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("`\(kind)` is no kind of document: \(says)"), "\(outcome)")
  }

  @Test(arguments: Kinds.all)
  func `says of every field what it holds`(kind: String) async throws {
    let schema = try await klpolicy("schema", kind, in: scratch.path).json()
    let fields = fields(of: schema, at: "")
    #expect(fields.count > 2)
    for (path, field) in fields {
      let about = field["description"]?.text ?? ""
      #expect(about.count > 5, "\(path) is not described")
    }
  }

  /// Editors complete a field of one type better than one of alternatives.
  @Test(arguments: Kinds.all)
  func `has alternatives only between a text, a list and a mapping`(kind: String) async throws {
    let schema = try await klpolicy("schema", kind, in: scratch.path).json()
    for (path, part) in parts(of: schema, at: "") {
      guard let alternatives = part["anyOf"]?.items, part["type"] == nil else { continue }
      // These say which keys are due, and not what a field may be.
      if alternatives.allSatisfy({ $0["type"] == nil && $0["required"] != nil }) { continue }
      let types = alternatives.compactMap { $0["type"]?.text }
      #expect(types.count == alternatives.count, "\(path)")
      #expect(Set(types).count == types.count, "\(path) has one type twice: \(types)")
      #expect(types != ["null"] && types.count > 1, "\(path)")
    }
  }

  /// All parts of a schema that are schemas, and where they stand.
  private func parts(of schema: JSON, at path: String) -> [(path: String, part: JSON)] {
    switch schema {
    case .object(let members):
      [(path, schema)] + members.flatMap { parts(of: $0.value, at: "\(path)/\($0.key)") }
    case .array(let items): items.flatMap { parts(of: $0, at: path) }
    default: []
    }
  }

  /// The properties of all parts of a schema, but for those that say which keys exclude others.
  private func fields(of schema: JSON, at path: String) -> [(path: String, field: JSON)] {
    parts(of: schema, at: path).flatMap { part -> [(path: String, field: JSON)] in
      guard part.part["type"] != nil, case .object(let members) = part.part["properties"]
      else { return [] }
      return members.map { ("\(part.path)/\($0.key)", $0.value) }
    }
  }

  @Test(arguments: GoldenCase.all)
  func `the plan and the snapshot of each golden case satisfy theirs`(
    golden: GoldenCase
  ) async throws {
    try golden.lay(out: scratch)
    let plan = try await golden.plan("-o", "json", in: scratch).json()
    #expect(try await schema("Plan").problems(plan) == [])
    let snapshot = try JSON(golden.text("snapshot.json"))
    #expect(try await schema("HostSnapshot").problems(snapshot) == [])
  }

  @Test func `this host's status and snapshot satisfy theirs`() async throws {
    let status = try await klpolicy("status", "-o", "json", in: scratch.path).json()
    #expect(try await schema("Status").problems(status) == [])
    let snapshot = try await klpolicy("snapshot", in: scratch.path).json()
    #expect(try await schema("HostSnapshot").problems(snapshot) == [])
  }

  @Test func `a policy that is valid satisfies its own, JSON being YAML`() async throws {
    let text = """
      {"apiVersion": "klpolicy/v1", "kind": "Policy", "metadata": {"name": "web"}, "spec": {
        "priority": -3, "unmanaged": "remove", "safety": {"transition": {"deadline": "90s"}},
        "kernels": [{"release": "6.1.0-56-cloud-amd64", "patches": [
          {"name": "a", "state": "absent"},
          {"name": "fix", "module": "klp_fix", "file": "fix.ko", "sha256": "\(digest("a"))",
           "version": "1.2-3", "fixes": ["CVE-2026-0001"], "severity": "high", "replace": false,
           "released": "2026-11-01", "requires": ["a"]}]}]}}
      """
    try scratch.file("web.yaml", text)
    let outcome = try await klpolicy("validate", "--strict", "web.yaml", in: scratch.path)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try await schema("Policy").problems(JSON(text)) == [])
  }

  @Test(arguments: [
    (#""priority": "high""#, "no integer"), (#""unmanaged": "keep""#, "none of the values"),
    (#""prioritty": 1"#, "prioritty"), (#""kernels": [{"patches": []}]"#, "no release"),
    (#""safety": {"transition": {"deadline": "soon"}}"#, "does not match"),
  ])
  func `what validate refuses, the schema refuses`(spec: String, says: String) async throws {
    let text = """
      {"apiVersion": "klpolicy/v1", "kind": "Policy", "metadata": {"name": "web"}, "spec": {\(spec)}}
      """
    try scratch.file("web.yaml", text)
    #expect(try await klpolicy("validate", "web.yaml", in: scratch.path).status == 65)
    let problems = try await schema("Policy").problems(JSON(text))
    #expect(problems.contains { $0.contains(says) }, "\(problems)")
  }
}

/// The kinds of documents, and where their schemas are kept.
private enum Kinds {
  static let all = [
    "Policy", "PatchSet", "MaintenanceCalendar", "PolicyTest", "Config", "HostSnapshot", "Plan",
    "Report", "Explanation", "Status", "Inspection", "Validation", "Holds", "Windows", "TestReport",
    "GateRequest", "HookRequest",
    "History", "FleetSummary",
  ]

  static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent().appending("schemas")

  /// `HostSnapshot` is in host-snapshot.schema.json.
  static func file(_ kind: String) -> String {
    kind.replacing(/([a-z])([A-Z])/) { "\($0.1)-\($0.2)" }.lowercased() + ".schema.json"
  }
}
