import Diagnostics
import Nodes
import PolicyModel
import Testing

@Suite struct `Policies are read strictly` {
  @Test(arguments: [
    (
      "a whole one",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata:
        name: web-tier
      spec:
        priority: 100
        kernels:
          - release: 6.1.0-56-cloud-amd64
            patches:
              - name: cmdline-demo
                module: klp_cmdline
                file: modules/klp_cmdline.ko
                sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
                replace: false
                version: "1"
                fixes: [CVE-2026-2222]
                severity: critical
                released: 2026-11-01
                requires: [cve-2026-0042]
              - {name: cve-2026-0042, state: absent, module: klp_old}
        unmanaged: report
        safety: {transition: {deadline: 60s}}
      """
    ),
    (
      "unknown keys, with the nearest known one",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata:
        name: web
        label: x
      # ^ unknown-key
      spec:
        kernel:
      # ^ unknown-key
          - release: 6.1.0-56-cloud-amd64
        maintenances: {}
      # ^ unknown-key
      """
    ),
    (
      "a misspelt key that must be there is told once",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {nmae: web}
      #          ^ unknown-key
      spec: {}
      """
    ),
    (
      "duplicate keys",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web, name: web}
      #                     ^ duplicate-key
      spec:
        priority: 1
        priority: 2
      # ^ duplicate-key
        unknown: 1
      # ^ unknown-key
        unknown: 2
      # ^ duplicate-key
      """
    ),
    (
      "wrong types",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: [web]}
      #                ^ wrong-type
      spec:
        priority: high
      #           ^ wrong-type
        kernels:
          release: 6.1.0
      #   ^ wrong-type
        unmanaged: {}
      #            ^ wrong-type
        safety:
          transition: 60s
      #               ^ wrong-type
      """
    ),
    (
      "more wrong types",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        priority: "1"
      #           ^ wrong-type
        kernels:
          - release: 6.1.0-56-cloud-amd64
            patches:
              - [a]
      #         ^ wrong-type
              - name: a
                module: m
                file: m.ko
                sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
                replace: "false"
      #                  ^ wrong-type
                fixes: CVE-2026-1
      #                ^ wrong-type
      """
    ),
    (
      "keys without a value",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: }
      #                ^ wrong-type
      spec:
        kernels:
      #         ^ wrong-type
      """
    ),
    (
      "text that is no text",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: true}
      #                ^ needs-quotes
      spec:
        kernels:
          - release: 6.1
      #              ^ needs-quotes
            patches:
              - 12
      #         ^ needs-quotes
              - null
      #         ^ needs-quotes
              - name: ok
                module: 0x1f
      #                 ^ needs-quotes
                file: ~
      #               ^ needs-quotes
                sha256: 1111111111111111111111111111111111111111111111111111111111111111
      #                 ^ needs-quotes
                version: 1
      #                  ^ needs-quotes
                requires: [1e3, .inf, 0o17]
      #                    ^ needs-quotes
      #                         ^ needs-quotes
      #                               ^ needs-quotes
      """
    ),
    (
      "values that may not be",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: Web_Tier}
      #                ^ invalid-value
      spec:
        priority: 010
      #           ^ not-decimal
        unmanaged: removed
      #            ^ invalid-value
        safety: {transition: {deadline: 1w}}
      #                                 ^ invalid-value
        kernels:
          - release: "=>6.1"
      #              ^ invalid-value
            patches:
              - name: -x
      #               ^ invalid-value
                module: klp-x
      #                 ^ invalid-value
                file: ""
      #               ^ invalid-value
                sha256: AAAA
      #                 ^ invalid-digest
                version: "a b"
      #                  ^ invalid-value
                fixes: [cve-2026-1, CVE-26-1, CVE-2026-123]
      #                 ^ invalid-value
      #                             ^ invalid-value
      #                                       ^ invalid-value
                severity: hihg
      #                   ^ invalid-value
                released: 2026-02-30
      #                   ^ invalid-value
                state: gone
      #                ^ invalid-value
      """
    ),
    (
      "several documents, all of them read",
      """
      apiVersion: klpolicy/v1
      kind: Polcy
      #     ^ unknown-kind
      metadata: {nam: x}
      ---
      apiVersion: klpolicy/v2
      #           ^ unknown-api-version
      kind: Policy
      ---
      kind: Policy
      #< missing-key
      ---
      apiversion: klpolicy/v1
      #< unknown-key
      kind: Policy
      ---
      - just a list
      #< wrong-type
      ---
      apiVersion: klpolicy/v1
      #< missing-key
      #< missing-key
      kind: Policy
      """
    ),
    (
      "tags and a wrong document beside a right one",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: !!str web}
      #                ^ yaml-tag
      spec: {priority: x}
      #                ^ wrong-type
      ---
      a: [
      #  ^ invalid-yaml
      """
    ),
    (
      "a key that is no text",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        [a]: 1
      # ^ invalid-yaml
      """
    ),
  ])
  func `each mistake has its code and place`(name: String, text: String) {
    let marked = Marked(text)
    #expect(marked.actual == marked.expected)
  }

  @Test(arguments: [
    ("metadata: {nmae: web}", "did you mean `name`?"),
    ("kind: Polcy", "did you mean `Policy`?"),
    ("spec: {priorty: 1}", "did you mean `priority`?"),
    ("spec: {unmanaged: removed}", "did you mean `remove`?"),
    (
      "spec: {kernels: [{release: x, patches: [{name: a, module: klp-x}]}]}",
      "write klp_x: the kernel has `_` where the file name has `-`"
    ),
    (
      "spec: {kernels: [{release: x, patches: [{name: a, sha256: \(digest("A"))}]}]}",
      "write it in lower case: " + String(repeating: "a", count: 64)
    ),
    (
      "spec: {kernels: [{release: x, patches: [{name: a, fixes: [cve-2026-1111]}]}]}",
      "write it as CVE-2026-1111"
    ),
    ("spec: {kernels: [{release: x, patches: [{name: a, version: 1}]}]}", "quote it: \"1\""),
  ])
  func `the advice says what to write`(line: String, advice: String) {
    let header = line.hasPrefix("kind") ? "" : "kind: Policy\n"
    let source = Marked("apiVersion: klpolicy/v1\n" + header + line).source
    #expect(PolicySet.check([source]).diagnostics.compactMap(\.advice).contains(advice))
  }

  @Test func `a diagnostic shows the line it is about`() {
    let text = "apiVersion: klpolicy/v1\nkind: Polcy\nmetadata: {}\n"
    let diagnostic = PolicySet.check([Marked(text).source]).diagnostics.first
    #expect(diagnostic?.location?.excerpt == "kind: Polcy")
    #expect(diagnostic?.location?.description == "p.yaml:2:7")
  }

  @Test func `a hostile name cannot act on the terminal`() {
    let text = "apiVersion: klpolicy/v1\nkind: \"Po\\e[2Jlicy\\n\"\n"
    let message = PolicySet.check([Marked(text).source]).diagnostics.first?.message ?? ""
    #expect(message.contains("`Po\\u{1b}[2Jlicy\\u{a}`"))
    #expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  @Test func `of a file full of mistakes the first thousand are told`() {
    let keys = (0..<50_000).map { "x\($0): 1\n" }.joined()
    let text = "apiVersion: klpolicy/v1\nkind: Policy\nmetadata: {name: a}\nspec: {}\n" + keys
    let codes = PolicySet.check([Marked(text).source]).diagnostics.map(\.code)
    #expect(codes.count == 1001)
    #expect(codes.count { $0 == .tooManyProblems } == 1)
  }
}
