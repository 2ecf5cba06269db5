internal import JSONText
internal import PolicyModel

extension ModuleCatalogue {
  /// The PatchSet in YAML; what cannot be said in a field stands in comments.
  var yaml: String {
    var lines = [
      "# Written by klpolicy catalog from the modules: write it anew when they change.",
      "apiVersion: klpolicy/v1", "kind: PatchSet", "metadata:", "  name: \(scalar(name))", "spec:",
      "  patches:",
    ]
    for patch in patches {
      lines += ["    - name: \(scalar(patch.name))", "      builds:"]
      for build in patch.builds {
        lines += build.functions.map { "        # \($0)" }
        if build.replace == nil {
          lines.append("        # replace is not told by this module: declare it (--replace).")
        }
        for (index, field) in build.fields.enumerated() {
          lines.append("        \(index == 0 ? "- " : "  ")\(field.key): \(field.text)")
        }
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension ModuleCatalogue.Build {
  fileprivate var fields: [(key: String, text: String)] {
    var fields = [("release", scalar(release))]
    if let version { fields.append(("version", scalar(version))) }
    fields += [
      ("module", scalar(module)), (origin.key, scalar(origin.value)),
      ("sha256", quotedScalar(sha256)),
    ]
    if let buildID { fields.append(("buildID", quotedScalar(buildID))) }
    if let replace { fields.append(("replace", "\(replace)")) }
    return fields
  }
}

extension ModuleCatalogue: JSONObject {
  func writeFields(to object: inout JSONObjectWriter) {
    object.field("apiVersion", "klpolicy/v1")
    object.field("kind", PatchSet.kind)
    object.object("metadata") { $0.field("name", name) }
    object.object("spec") { spec in
      spec.field("patches", patches.map { Patch(name: $0.name, builds: $0.builds) })
    }
  }

  private struct Patch: JSONObject {
    let name: String
    let builds: [Build]

    func writeFields(to object: inout JSONObjectWriter) {
      object.field("name", name)
      object.field("builds", builds)
    }
  }
}

extension ModuleCatalogue.Build: JSONObject {
  func writeFields(to object: inout JSONObjectWriter) {
    object.field("release", release)
    object.field("version", version)
    object.field("module", module)
    object.field(origin.key, origin.value)
    object.field("sha256", sha256)
    object.field("buildID", buildID)
    object.field("replace", replace)
  }
}
