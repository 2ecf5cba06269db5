import Testing

/// A policy file with mistakes, and what a person has to read about them.
struct BadPolicy: CustomTestStringConvertible {
  let name: String
  let text: String
  /// `line:column code` of each diagnostic, in order.
  let places: [String]
  /// What the first of them says, besides.
  let says: [String]

  init(_ name: String, _ text: String, _ places: [String], says: String...) {
    self.name = name
    self.text = text
    self.places = places
    self.says = says
  }

  var testDescription: String { name }
}

/// The lines of a policy up to its patches, of which the first stands in line 8.
private func patches(_ lines: String) -> String {
  policyText(
    "web",
    """
      kernels:
        - release: 6.1.0-56-cloud-amd64
          patches:
    \(lines)
    """)
}

extension BadPolicy {
  static let all = header + values + patchRules

  private static let header = [
    BadPolicy(
      "no apiVersion", "kind: Policy\nmetadata: {name: web}\nspec: {}\n", ["1:1 missing-key"],
      says: "apiVersion"),
    BadPolicy(
      "another apiVersion",
      "apiVersion: klpolicy/v9\nkind: Policy\nmetadata: {name: web}\nspec: {}\n",
      ["1:13 unknown-api-version"], says: "klpolicy/v9", "klpolicy/v1"),
    BadPolicy(
      "an unknown kind", "apiVersion: klpolicy/v1\nkind: Polcy\nspec: {}\n", ["2:7 unknown-kind"],
      says: "`Polcy`", "did you mean `Policy`?"),
    BadPolicy(
      "a kind of another tool", "apiVersion: apps/v1\nkind: Deployment\nspec: {}\n",
      ["1:13 unknown-api-version", "2:7 unknown-kind"]),
    BadPolicy("a list", "- apiVersion: klpolicy/v1\n", ["1:1 wrong-type"], says: "a mapping"),
    BadPolicy("plain words", "hello\n", ["1:1 wrong-type"], says: "a mapping"),
    BadPolicy(
      "no name and no spec", "apiVersion: klpolicy/v1\nkind: Policy\nmetadata: {}\n",
      ["1:1 missing-key", "3:11 missing-key"], says: "`spec`"),
    BadPolicy("quotes that do not end", policyText("\"web"), ["3:18 invalid-yaml"]),
    BadPolicy(
      "a tab", policyText("web", "\tpriority: 1"), ["5:1 invalid-yaml"], says: "indent with blanks"),
    BadPolicy("a tag", policyText("!!str web"), ["3:18 yaml-tag"]),
    BadPolicy("an alias to nothing", policyText("*gone"), ["3:18 invalid-alias"]),
  ]

  private static let values = [
    BadPolicy(
      "an unknown key", policyText("web", "  prioritty: 1"), ["5:3 unknown-key"],
      says: "`prioritty`", "did you mean `priority`?"),
    BadPolicy(
      "a key twice", policyText("web", "  priority: 1\n  priority: 2"), ["6:3 duplicate-key"],
      says: "`priority`", "bad.yaml:5:3: the first one"),
    BadPolicy(
      "text for a number", policyText("web", "  priority: high"), ["5:13 wrong-type"],
      says: "a whole number", "text"),
    BadPolicy(
      "a mapping for a list", policyText("web", "  kernels: {}"), ["5:12 wrong-type"],
      says: "a list"),
    BadPolicy(
      "a list for text", policyText("[web]"), ["3:18 wrong-type"], says: "text"),
    BadPolicy(
      "none of the words", policyText("web", "  unmanaged: keep"), ["5:14 invalid-value"],
      says: "`ignore`", "`report`", "`remove`", "`keep`"),
    BadPolicy(
      "a release that is a number to others",
      policyText("web", "  kernels: [{release: 6.1, patches: []}]"), ["5:23 needs-quotes"],
      says: "quote it: \"6.1\""),
    BadPolicy("a name that is a boolean to others", policyText("true"), ["3:18 needs-quotes"]),
    BadPolicy("a name with a blank", policyText("\"w eb\""), ["3:18 invalid-value"]),
    BadPolicy(
      "a duration without unit", policyText("web", "  safety: {transition: {deadline: 60}}"),
      ["5:35 needs-quotes"], says: "write a unit behind the number: 60s"),
  ]

  private static let patchRules = [
    BadPolicy(
      "a patch that is not defined", patches("        - fix"), ["8:11 unknown-patch"],
      says: "no PatchSet here defines the patch `fix`", "define the patch here"),
    BadPolicy(
      "a short digest",
      patches("        - {name: fix, module: klp_fix, file: fix.ko, sha256: \"123\"}"),
      ["8:62 invalid-digest"], says: "the digest has 64 digits, and here are 3"),
    BadPolicy(
      "a digest in upper case",
      patches("        - {name: fix, module: klp_fix, file: x.ko, sha256: \(digest("A"))}"),
      ["8:60 invalid-digest"]),
    BadPolicy(
      "a definition of an absent patch",
      patches("        - {name: fix, state: absent, file: fix.ko}"), ["8:44 conflicting-keys"],
      says: "absent is said here"),
    BadPolicy(
      "a patch twice",
      patches("        - {name: fix, state: absent}\n        - {name: fix, state: absent}"),
      ["9:18 duplicate-patch"], says: "bad.yaml:8:18: the first one"),
    BadPolicy(
      "a patch that requires itself",
      patches(
        """
                - name: fix
                  requires: [fix]
                  module: klp_fix
                  file: fix.ko
                  sha256: \(digest("a"))
        """),
      ["9:22 requires-cycle"]),
  ]
}
