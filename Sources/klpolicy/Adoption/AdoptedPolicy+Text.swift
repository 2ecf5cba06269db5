internal import JSONText
internal import PolicyModel

extension AdoptedPolicy {
  /// The policy in YAML; what is no part of it stands in comments.
  var yaml: String {
    var lines = [
      "# Written by klpolicy adopt: what \(hostname) has on kernel \(release). What the patches fix,",
      "# when changes may be made and other kernels are for you to add.",
    ]
    lines += remarks.map { "# Not in here: \($0)" }
    lines += [
      "apiVersion: klpolicy/v1", "kind: Policy", "metadata:", "  name: \(scalar(name))", "spec:",
      "  hosts:", "    hostname: [\(quotedScalar(hostname))]",
      "  kernels:\(patches.isEmpty ? " []" : "")",
    ]
    if !patches.isEmpty {
      lines += ["    - release: \(scalar(release))", "      patches:"]
      for patch in patches {
        lines.append("        - name: \(scalar(patch.name))")
        lines += patch.functions.map { "          # \($0)" }
        if patch.replace == nil {
          lines.append(
            "          # replace is told by neither the module nor the kernel: declare it.")
        }
        lines += patch.fields.map { "          \($0.key): \($0.text)" }
      }
    }
    if !services.isEmpty {
      lines.append("  services:")
      for service in services { lines += service.lines(release) }
    }
    // A path or a name may hold a line break, and none may end a comment.
    return lines.map { line in
      String(line.map { $0.isNewline || ($0.asciiValue ?? 32) < 32 ? "?" : $0 }) + "\n"
    }.joined()
  }
}

extension AdoptedPolicy.Patch {
  fileprivate var fields: [(key: String, text: String)] {
    var fields: [(String, String)] = []
    if let version { fields.append(("version", scalar(version))) }
    fields += [
      ("module", scalar(module)), ("file", scalar(file)), ("sha256", quotedScalar(sha256)),
      ("buildID", quotedScalar(buildID)),
    ]
    if let replace { fields.append(("replace", "\(replace)")) }
    return fields
  }
}

extension AdoptedPolicy.Service {
  fileprivate func lines(_ release: String) -> [String] {
    func entry(_ kind: String, _ fields: [String], isOfKernel: Bool = true) -> [String] {
      let heading =
        isOfKernel ? ["    - release: \(scalar(release))", "      \(kind):"] : ["    - \(kind):"]
      return heading + fields.map { "        \($0)" }
    }
    switch self {
    case .kpatch(let names):
      return entry("kpatch", ["modules: [\(names.map(scalar).joined(separator: ", "))]"])
    case .redHat(let version, let plugin):
      return entry("redHat", [version.field] + (plugin.map { ["plugin: \($0)"] } ?? []))
    case .suse(let version): return entry("suse", [version.field])
    case .canonical(let settings):
      return entry(
        "canonical",
        settings.map { setting in
          switch setting {
          case .flag(let key, let value): "\(key): \(value)"
          case .text(let key, let value): "\(key): \(scalar(value))"
          }
        }, isOfKernel: false)
    }
  }
}

extension AdoptedPolicy.PackageVersion {
  fileprivate var key: String {
    switch self {
    case .exactly: "version"
    case .atLeast: "minimumVersion"
    }
  }
  fileprivate var text: String {
    switch self {
    case .exactly(let text), .atLeast(let text): text
    }
  }
  fileprivate var field: String { "\(key): \(quotedScalar(text))" }
}

extension AdoptedPolicy: JSONObject {
  func writeFields(to object: inout JSONObjectWriter) {
    object.field("apiVersion", "klpolicy/v1")
    object.field("kind", Policy.kind)
    object.object("metadata") { $0.field("name", name) }
    object.object("spec") { spec in
      spec.object("hosts") { $0.field("hostname", [hostname]) }
      spec.field("kernels", patches.isEmpty ? [] : [Rule(release: release, patches: patches)])
      if !services.isEmpty {
        spec.field("services", services.map { Entry(release: release, service: $0) })
      }
    }
  }

  private struct Rule: JSONObject {
    let release: String
    let patches: [Patch]

    func writeFields(to object: inout JSONObjectWriter) {
      object.field("release", release)
      object.field("patches", patches)
    }
  }

  private struct Entry: JSONObject {
    let release: String
    let service: Service

    func writeFields(to object: inout JSONObjectWriter) {
      if case .canonical = service {} else { object.field("release", release) }
      switch service {
      case .kpatch(let names): object.object("kpatch") { $0.field("modules", names) }
      case .redHat(let version, let plugin):
        object.object("redHat") { packages in
          packages.field(version.key, version.text)
          packages.field("plugin", plugin)
        }
      case .suse(let version): object.object("suse") { $0.field(version.key, version.text) }
      case .canonical(let settings):
        object.object("canonical") { client in
          for setting in settings {
            switch setting {
            case .flag(let key, let value): client.field(key, value)
            case .text(let key, let value): client.field(key, value)
            }
          }
        }
      }
    }
  }
}

extension AdoptedPolicy.Patch: JSONObject {
  func writeFields(to object: inout JSONObjectWriter) {
    object.field("name", name)
    object.field("version", version)
    object.field("module", module)
    object.field("file", file)
    object.field("sha256", sha256)
    object.field("buildID", buildID)
    object.field("replace", replace)
  }
}
