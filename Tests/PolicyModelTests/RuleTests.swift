import Diagnostics
import PolicyModel
import Testing

@Suite struct `Rules of policies` {
  @Test(arguments: [
    (
      "a gate's program and a hook's can be run, and have time to",
      #"""
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels: []
        safety:
          gates: {commands: [{run: [/a, "b\0c"], timeout: 0s}]}
      #                                 ^ invalid-value
      #                                                   ^ invalid-value
          hooks: {preApply: {run: [check]}}
      #                            ^ relative-program
      """#
    ),
    (
      "an applied patch is defined",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels:
          - release: 6.1.0
            patches:
              - cve-2026-1111
      #         ^ unknown-patch
              - name: b
      #         ^ missing-key
                module: klp_b
                sha256: \(digest("a"))
              - {name: c, state: applied}
      #                ^ unknown-patch
              - {name: d, state: absent}
              - {module: klp_x, file: x.ko, sha256: \(digest("a"))}
      #         ^ missing-key
      """
    ),
    (
      "an absent patch is not",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels:
          - release: 6.1.*
            patches:
              - name: a
                state: absent
                module: klp_a
                file: a.ko
      #               ^ conflicting-keys
                fixes: [CVE-2026-1111]
                requires: [b]
      #                    ^ unknown-patch
      """
    ),
    (
      "a module under a glob",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels:
          - release: 6.1.0-*-cloud-amd64
            patches:
              - name: a
                module: klp_a
      #                 ^ module-for-one-release
                file: a.ko
                sha256: \(digest("a"))
      """
    ),
    (
      "a patch twice in one rule, and in two",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels:
          - release: 6.1.0
            patches:
              - {name: a, state: absent}
              - {name: a, state: absent}
      #                ^ duplicate-patch
          - release: 6.1.1
            patches:
              - {name: a, state: absent}
      """
    ),
    (
      "requirements",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels:
          - release: 6.1.0
            patches:
              - name: a
                module: a
                file: a
                sha256: \(digest("a"))
                requires: [a, b, aa]
      #                    ^ requires-cycle
      #                          ^ unknown-patch
              - {name: b, state: absent}
      """
    ),
    (
      "a short deadline",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        safety: {transition: {deadline: 19s}}
      #                                 ^ short-deadline
      """
    ),
    (
      "no deadline at all",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        safety: {transition: {deadline: 0s}}
      #                                 ^ invalid-value
      """
    ),
    (
      "20 seconds are enough",
      """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        safety: {transition: {deadline: 20s}}
      """
    ),
  ])
  func `each has its code and place`(name: String, text: String) {
    let marked = Marked(text)
    #expect(marked.actual == marked.expected)
  }

  @Test func `warnings leave the policies usable`() {
    let text = """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        safety: {transition: {deadline: 5s}}
        kernels:
          - release: 6.1.*
            patches: [\(patch("a", "requires: [b]"))]
      """
    let (set, diagnostics) = PolicySet.check([Marked(text).source])
    #expect(set != nil)
    #expect(
      diagnostics.map(\.code.name) == ["short-deadline", "module-for-one-release", "unknown-patch"])
  }

  @Test func `the name that was probably required is told`() {
    let text = """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels:
          - release: 6.1.0
            patches: [\(patch("cve-2026-1111", module: "m")), \(patch("b", "requires: [cve-2026-1112]"))]
      """
    let advice = PolicySet.check([Marked(text).source]).diagnostics.compactMap(\.advice)
    #expect(advice == ["did you mean `cve-2026-1111`?"])
  }

  @Test func `a circle is told with its whole way, once`() {
    let text = """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels:
          - release: 6.1.0
            patches:
              - \(patch("c", "requires: [a]"))
              - \(patch("b", "requires: [c]"))
              - \(patch("a", "requires: [b, d]"))
              - \(patch("d"))
      """
    let diagnostics = PolicySet.check([Marked(text).source]).diagnostics
    #expect(
      diagnostics.map(\.message)
        == ["patches require each other: `a` requires `b` requires `c` requires `a`"])
    #expect(diagnostics.first?.location?.position?.line == 10)
    #expect(diagnostics.first?.notes.compactMap(\.location?.position?.line) == [9, 8])
  }

  @Test(.timeLimit(.minutes(1))) func `a long chain of requirements is followed`() {
    let patches = (0..<3_000).map { index in
      "          - " + patch("p\(index)", "requires: [p\((index + 1) % 3_000)]") + "\n"
    }
    let text = """
      apiVersion: klpolicy/v1
      kind: Policy
      metadata: {name: web}
      spec:
        kernels:
          - release: 6.1.0
            patches:

      """ + patches.joined()
    #expect(
      PolicySet.check([Marked(text).source]).diagnostics.map(\.code.name) == ["requires-cycle"])
  }
}
