internal import Digests
package import Documents
package import JSONText

/// What the verified live state of a host fixes, as an OpenVEX document (openvex.dev, v0.2.0): for
/// scanners, which see the kernel's package and not its live patches.
///
/// It speaks of one host in one boot. There is a statement for each vulnerability that an applied
/// live patch fixes now; once the patch goes, so does the statement.
package struct OpenVEX: JSONObject {
  private let status: Status
  /// Package URLs of what the statements are about.
  private let products: [String]
  private let author: String
  private let toolVersion: String
  /// The modules that fix a vulnerability, by its name.
  private let fixes: [(vulnerability: String, modules: [String])]

  /// - Parameters:
  ///   - status: the host.
  ///   - products: the package URLs of its kernel.
  ///   - author: who makes the statements.
  ///   - toolVersion: the version of this program.
  package init(_ status: Status, products: [String], author: String, toolVersion: String) {
    self.status = status
    self.products = products
    self.author = author
    self.toolVersion = toolVersion
    var modules: [String: [String]] = [:]
    for patch in status.patches {
      for fix in Set(patch.fixes) { modules[fix, default: []].append(patch.live.module) }
    }
    fixes = modules.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  package func writeFields(to object: inout JSONObjectWriter) {
    object.field("@context", "https://openvex.dev/ns/v0.2.0")
    object.field("@id", identifier)
    object.field("author", author)
    object.field("timestamp", status.at)
    object.field("version", 1)
    object.field("tooling", "klpolicy \(toolVersion)")
    object.array("statements") { statements in
      for fix in fixes {
        statements.object { statement in
          statement.object("vulnerability") { $0.field("name", fix.vulnerability) }
          statement.field("timestamp", status.at)
          statement.array("products") { list in
            for product in products {
              list.object { entry in
                entry.field("@id", product)
                entry.object("identifiers") { $0.field("purl", product) }
              }
            }
          }
          statement.field("status", "fixed")
          statement.field("status_notes", notes(fix.modules))
        }
      }
    }
  }

  /// What it states for a person: a line for each vulnerability.
  fileprivate func lines(_ style: Style) -> [String] {
    let heading =
      style.bold("Fixed in memory on \(printable(status.host.hostname))")
      + ", kernel \(printable(status.host.kernel.release))"
    let about = products.map { style.dim("  \(printable($0))") }
    if fixes.isEmpty { return [heading] + about + ["", "Nothing."] }
    return [heading] + about + [""]
      + fixes.map { fix in
        "  \(printable(fix.vulnerability)) by \(printable(fix.modules.joined(separator: ", ")))"
      }
  }

  /// The same for the same statements of the same host in the same boot, so that a repetition can
  /// be told from news.
  private var identifier: String {
    let subject = [
      status.host.machineID.value ?? status.host.hostname, status.host.bootID.value ?? "",
    ]
    let said = subject + products + fixes.flatMap { [$0.vulnerability] + $0.modules }
    return "urn:klpolicy:vex:" + sha256Hex(Array(said.joined(separator: "\n").utf8))
  }

  private func notes(_ modules: [String]) -> String {
    "fixed in memory by the live patch \(modules.joined(separator: ", ")), applied on "
      + "\(status.host.hostname) to the running kernel \(status.host.kernel.release)"
      + (status.host.bootID.value.map { " (boot \($0))" } ?? "")
  }
}

/// What an OpenVEX document states, for a person.
package func text(of vex: OpenVEX, _ style: Style) -> String {
  vex.lines(style).joined(separator: "\n") + "\n"
}
