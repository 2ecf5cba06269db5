import Documents
import Testing
import VendorServices

@Suite("kpatch's directories") struct KpatchTests {
  @Test("A host with nothing of any vendor has no services")
  func nothing() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      #expect(try host.observe() == ServiceObservation(services: Services(), unobserved: []))
    }
  }

  @Test("Every module of every release is told by path, name, build ID and digest")
  func modules() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      let (one, two) = (module("klp_one", 1), module("klp_two", 2))
      try host.file("var/lib/kpatch/6.1.0-56-amd64/one.ko", one.bytes)
      try host.file("var/lib/kpatch/6.1.0-56-amd64/README", "no module")
      try host.file("usr/lib/kpatch/6.1.0-57-amd64/two.ko", two.bytes)
      let seen = try host.observe()
      let modules = try #require(seen.services.kpatch?.modules.value)
      #expect(seen.unobserved == [])
      #expect(
        modules.map(\.path) == [
          "/var/lib/kpatch/6.1.0-56-amd64/one.ko", "/usr/lib/kpatch/6.1.0-57-amd64/two.ko",
        ])
      #expect(modules.map(\.release) == ["6.1.0-56-amd64", "6.1.0-57-amd64"])
      #expect(modules.map(\.module) == ["klp_one", "klp_two"])
      #expect(modules.map(\.buildID) == [one.buildID, two.buildID])
      #expect(modules.allSatisfy { $0.file == .present && $0.sha256?.utf8.count == 64 })
    }
  }

  @Test("What is no module is malformed, and told; the others are seen all the same")
  func malformed() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      try host.file("var/lib/kpatch/6.1.0-56-amd64/a.ko", "no ELF")
      try host.file("var/lib/kpatch/6.1.0-56-amd64/b.ko", module("klp_b").bytes)
      try host.directory("var/lib/kpatch/6.1.0-56-amd64/c.ko")
      let seen = try host.observe()
      let modules = try #require(seen.services.kpatch?.modules.value)
      #expect(modules.map(\.file) == [.malformed, .present, .unreadable])
      #expect(modules.map(\.module) == [nil, "klp_b", nil])
      #expect(seen.unobserved.map(\.path) == modules.filter { $0.file != .present }.map(\.path))
      #expect(seen.unobserved.map(\.problem) == [.malformed, .unreadable])
    }
  }

  @Test("A directory that cannot be listed leaves it unknown which modules there are")
  func unlistable() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      try host.file("var/lib/kpatch", "a file where a directory is due")
      let seen = try host.observe()
      #expect(seen.services.kpatch?.modules == .unknown)
      #expect(seen.unobserved.map(\.path) == ["/var/lib/kpatch"])
    }
  }

  @Test("Whether they are loaded at boot is known by the unit")
  func unit() async throws {
    try await onOwnThread {
      let host = try ServiceHost()
      try host.directory("var/lib/kpatch")
      #expect(try host.observe().services.kpatch?.isUnitEnabled == .known(false))
      try host.file("etc/systemd/system/multi-user.target.wants/kpatch.service", "[Unit]")
      #expect(try host.observe().services.kpatch?.isUnitEnabled == .known(true))
      try host.file("etc/systemd/system/kpatch.service")
      #expect(try host.observe().services.kpatch?.isUnitEnabled == .known(false))
    }
  }
}
