import Documents
import Glibc
import Shapes
import SystemPackage
import Testing
import VendorServices

/// Against a stand-in that keeps to the documented contract: the client itself cannot be had.
@Suite("Canonical's client, by a stand-in") struct CanonicalTests {
  private func host(status: String? = nil, config: String = "{}") throws -> ServiceHost {
    let host = try ServiceHost()
    try host.directory("snap/bin")
    try host.succeeds(
      "/bin/cp", folder + "/canonical-livepatch", host.path.appending("snap/bin").string)
    try host.file("snap/bin/config.json", config)
    guard let status else { return host }
    try host.file("snap/bin/enabled")
    try host.file("snap/bin/status.json", status)
    try host.file("var/snap/canonical-livepatch/common/machine-token", "a-secret-token")
    return host
  }

  /// The answer of a machine with a patch in some state.
  private func status(
    _ state: String, check: String = "checked", supported: String = "supported"
  ) -> String {
    #"""
    {"Client-Version":"11.0.2","Machine-Id":"0123","Architecture":"x86_64","Last-Check":
    "2026-11-20T08:00:00.123+01:00","Status":[{"Kernel":"6.8.0-1047.50-aws","Running":true,
    "Livepatch":{"CheckState":"\#(check)","State":"\#(state)","Version":"121.4","Fixes":[
    {"Name":"cve-2025-0001","Description":"d","Bug":"b","Patched":true},{"Name":"lp-1"}]},
    "Supported":"\#(supported)","UpgradeRequiredDate":"2026-10-01"}],"tier":"stable",
    "Fixed-CVEs":{"Timestamp":1}}
    """#
  }

  @Test("Its answer is read: every state, and what it fixes")
  func states() async throws {
    try await onOwnThread {
      for state in Services.Canonical.State.allCases {
        let seen = try host(status: status(state.rawValue)).observe()
        let service = try #require(seen.services.canonical)
        #expect(seen.unobserved == [])
        #expect(service.isEnabled == .known(true))
        #expect(service.version == "11.0.2" && service.tier == "stable")
        #expect(service.lastCheck == .known(Timestamp(secondsSinceEpoch: 1_795_158_000)))
        let kernel = try #require(service.kernels?.value?.first)
        #expect(kernel.state == .known(state) && kernel.isRunning == .known(true))
        #expect(kernel.checkState == .known(.checked) && kernel.supported == .known(.supported))
        #expect(kernel.version == "121.4")
        #expect(
          kernel.fixes
            == .known([
              .init(name: "CVE-2025-0001", isPatched: .known(true)),
              .init(name: "LP-1", isPatched: .unknown),
            ]))
        #expect(kernel.upgradeRequiredDate?.value?.description == "2026-10-01")
      }
    }
  }

  @Test("Where nothing is to be applied there is no version and no fix")
  func nothingToApply() async throws {
    try await onOwnThread {
      let host = try host(
        status: #"""
          {"Status":[{"Kernel":"6.8.0","Running":true,"Livepatch":{"CheckState":"checked",
          "State":"nothing-to-apply","Version":""},"Supported":"supported"}]}
          """#)
      let kernel = try #require(try host.observe().services.canonical?.kernels?.value?.first)
      #expect(kernel.version == nil && kernel.fixes == .known([]))
      #expect(kernel.upgradeRequiredDate == nil)
    }
  }

  @Test("A machine that is not enabled says so, and that is no error")
  func notEnabled() async throws {
    try await onOwnThread {
      let host = try host()
      let seen = try host.observe()
      #expect(seen.services.canonical?.isEnabled == .known(false))
      #expect(seen.services.canonical?.kernels == nil)
      #expect(seen.unobserved == [])
      // Enabled by its marker, and the client denies it: neither is believed.
      try host.file("var/snap/canonical-livepatch/common/machine-token", "a-secret-token")
      let doubtful = try host.observe()
      #expect(doubtful.services.canonical?.isEnabled == .unknown)
      #expect(doubtful.services.canonical?.kernels == .unknown)
      #expect(doubtful.unobserved.map(\.problem) == [.unreadable])
    }
  }

  @Test(
    "A client that fails in another way than saying so is not taken for a disabled one",
    arguments: [
      ("", 1, "exited with 1, and told no state"),
      (
        "error: cannot communicate with livepatchd: connection refused", 1,
        "exited with 1, and told no state: error: cannot communicate with livepatchd: connection refused"
      ),
      ("Machine is not enabled.", 2, "exited with 2, and told no state: Machine is not enabled."),
      (
        "\n\u{1b}[31mlogin\u{7} with C1aBcDeFgHiJkLmNoPqRsTuVwXyZ at https://u:p@h.example/x\nmore",
        1,
        "exited with 1, and told no state: [31mlogin with ... at https://h.example/..."
      ),
    ])
  func broken(complaint: String, status: Int, told: String) async throws {
    try await onOwnThread {
      let host = try host()
      try host.file("snap/bin/complaint", complaint)
      try host.file(
        "snap/bin/canonical-livepatch",
        "#!/bin/sh\ncat \"${0%/*}/complaint\" >&2\nexit \(status)\n")
      try host.succeeds(
        "/bin/chmod", "755", host.path.appending("snap/bin/canonical-livepatch").string)
      let seen = try host.observe()
      #expect(seen.services.canonical?.isEnabled == .unknown)
      #expect(seen.services.canonical?.kernels == .unknown)
      #expect(seen.unobserved.first?.message == "canonical-livepatch status \(told)")
    }
  }

  @Test(
    "A client that others than root could have written is not run by root",
    .enabled(if: geteuid() == 0),
    arguments: [
      ("chmod 777 snap/bin/canonical-livepatch", "chmod go-w"),
      ("chown 65534 snap/bin/canonical-livepatch", "chown root:"),
      ("chmod 777 snap/bin", "chmod go-w"),
      (
        "mkdir o; chmod 777 o; mv snap/bin/* o; ln -s ../../o/canonical-livepatch snap/bin/",
        "chmod go-w"
      ),
    ])
  func untrusted(how: String, advice: String) async throws {
    try await onOwnThread {
      let host = try host(status: status("applied"))
      try host.succeeds("/bin/sh", "-c", "cd \(host.path) && \(how)")
      let seen = try host.observe()
      #expect(seen.services.canonical?.isEnabled == .unknown)
      let message = try #require(seen.unobserved.first?.message)
      #expect(message.hasPrefix("canonical-livepatch status was not run: "))
      #expect(message.contains("is not trusted: ") && message.contains(advice))
    }
  }

  @Test("A client that is a link, as snap's are, is run by the link's name")
  func link() async throws {
    try await onOwnThread {
      let host = try host(status: status("applied"))
      try host.succeeds(
        "/bin/sh", "-c",
        "cd \(host.path) && mkdir -p usr/bin && mv snap/bin/canonical-livepatch usr/bin/snap && "
          + "ln -s ../../usr/bin/snap snap/bin/canonical-livepatch")
      #expect(try host.observe().services.canonical?.isEnabled == .known(true))
    }
  }

  @Test("A word that is not documented is unknown, never success")
  func unknownWords() async throws {
    try await onOwnThread {
      let seen = try host(
        status: status("applied-mostly", check: "perhaps", supported: "yes, and a-secret-token")
      ).observe()
      let kernel = try #require(seen.services.canonical?.kernels?.value?.first)
      #expect(kernel.state == .unknown && kernel.checkState == .unknown)
      #expect(kernel.supported == .unknown)
      #expect(
        seen.unobserved.map(\.message) == [
          "its status has a State applied-mostly that is not documented",
          "its status has a CheckState perhaps that is not documented",
          "its status has a Supported that is not documented",
        ])
    }
  }

  @Test(
    "Half an answer, or another one, is malformed",
    arguments: [
      #"{"Status":[{"Kernel":"6.8.0","Livepatch":{"State":"applied""#, "", "{}", "applied",
      #"{"Status":[{"Livepatch":{"State":"applied"}}]}"#, #"{"Status":{}}"#, "\u{0}", "[]",
    ])
  func malformed(_ status: String) async throws {
    try await onOwnThread {
      let seen = try host(status: status).observe()
      #expect(seen.services.canonical?.kernels == .unknown)
      #expect(seen.unobserved.map(\.problem) == [.malformed])
    }
  }

  @Test("An answer with a failure is none")
  func failing() async throws {
    try await onOwnThread {
      let host = try host(status: status("applied"))
      try host.file("snap/bin/status.exit", "3")
      let seen = try host.observe()
      #expect(seen.services.canonical?.isEnabled == .unknown)
      #expect(seen.services.canonical?.kernels == .unknown)
    }
  }

  @Test("A client that hangs is left behind in its time, and not asked again")
  func hanging() async throws {
    try await onOwnThread {
      let host = try host(status: status("applied"))
      try host.file("snap/bin/hangs")
      host.programs.clientTimeLimit = .seconds(1)
      let duration = try ContinuousClock().measure {
        let seen = try host.observe()
        #expect(seen.services.canonical?.isEnabled == .unknown)
        #expect(seen.services.canonical?.kernels == .unknown)
        #expect(seen.services.canonical?.configuration == .unknown)
        #expect(
          seen.unobserved.map(\.message) == [
            "canonical-livepatch status did not end within its time limit and was killed"
          ])
      }
      #expect(duration < .seconds(60))
    }
  }

  @Test("Its settings are read; what is not set is absent, and a password is not shown")
  func settings() async throws {
    try await onOwnThread {
      let host = try host(
        status: status("applied"),
        config: #"""
          {"http-proxy":"http://u:a-secret-token@proxy","remote-server":
          "https://u:a-secret-token@livepatch.example.com/v1","check-interval":60,
          "cutoff-date":"2026-11-01T00:00:00Z","patch-delay":"1d12h","log-level":"1"}
          """#)
      let seen = try host.observe()
      #expect(
        seen.services.canonical?.configuration
          == .known(
            .init(
              server: "https://livepatch.example.com/v1",
              cutoffDate: .known(Timestamp(secondsSinceEpoch: 1_793_491_200)),
              patchDelay: .known(129_600), checkInterval: .known(60))))
      #expect(!"\(seen)".contains("a-secret-token"))

      try host.file(
        "snap/bin/config.json",
        #"{"check-interval":"often","cutoff-date":"","patch-delay":"99999999999999999999w"}"#)
      let odd = try host.observe()
      #expect(
        odd.services.canonical?.configuration
          == .known(.init(patchDelay: .unknown, checkInterval: .unknown)))
      #expect(odd.unobserved.count == 2)
      try host.file("snap/bin/config.json", "a-secret-token")
      let none = try host.observe()
      #expect(none.services.canonical?.configuration == .unknown)
      #expect(!"\(none)".contains("a-secret-token"))
    }
  }
}
