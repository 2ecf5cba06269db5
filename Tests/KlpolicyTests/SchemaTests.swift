import Testing

@Suite struct `schema KIND` {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func schema(_ kind: String) async throws -> Schema {
    Schema(try await klpolicy("schema", kind, in: scratch.path).json())
  }

  @Test(arguments: ["Policy", "HostSnapshot", "Plan", "Report", "Status", "Validation"])
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

  @Test(arguments: BadPolicy.all)
  func `what validate prints satisfies its own`(bad: BadPolicy) async throws {
    try scratch.file("bad.yaml", bad.text)
    let json = try await klpolicy("validate", "-o", "json", "bad.yaml", in: scratch.path).json()
    #expect(try await schema("Validation").problems(json) == [])
  }
}
