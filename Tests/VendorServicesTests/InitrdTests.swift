import Documents
import SystemPackage
import Testing
import VendorServices

@Suite("The initrd of a kernel") struct InitrdTests {
  static let inside = "usr/lib/modules/6.1.0-56-amd64/livepatch/livepatch-1-1.1.ko"

  /// A host with SUSE's package installed, and an initrd.
  private func host(_ initrd: [UInt8]) throws -> ServiceHost {
    let host = try ServiceHost()
    try host.file("usr/bin/zypper")
    try host.buildPackages(module("livepatch_1", 1).bytes, module("livepatch_2", 2).bytes)
    try host.install("kernel-livepatch-6_1_0-56-amd64-2-1.1.x86_64.rpm")
    try host.file("boot/initrd-6.1.0-56-amd64", initrd)
    return host
  }

  @Test("Live patches in it are found, behind microcode and however it is compressed")
  func found() async throws {
    try await onOwnThread {
      let old = module("livepatch_1", 1)
      let early = archive([("kernel/x86/microcode/AuthenticAMD.bin", Array("code".utf8))])
      let main = archive([
        ("init", Array("#!/bin/sh".utf8)), (Self.inside, old.bytes),
        ("usr/lib/modules/6.1.0-56-amd64/kernel/fs/ext4.ko", Array("no live patch".utf8)),
      ])
      let host = try host(main)
      let zeros = [UInt8](repeating: 0, count: 512)
      for (suffix, program) in [
        ("", "/bin/cat"), ("gz", "/bin/gzip"), ("xz", "/usr/bin/xz"), ("zst", "/usr/bin/zstd"),
      ] {
        try host.file("main", main)
        try host.succeeds(
          "/bin/sh", "-c", "\(program) < '\(host.path)/main' > '\(host.path)/packed'")
        try host.file("early", early + zeros)
        try host.file("zeros", zeros)
        try host.succeeds(
          "/bin/sh", "-c",
          "cd '\(host.path)' && cat early packed zeros early > boot/initrd-6.1.0-56-amd64")
        let seen = try host.observe()
        let initrd = try #require(
          seen.services.suse?.initrd?.value, "\(suffix): \(seen.unobserved)")
        #expect(initrd.path == "/boot/initrd-6.1.0-56-amd64")
        #expect(initrd.modules.map(\.path) == ["/" + Self.inside])
        #expect(initrd.modules.map(\.module) == ["livepatch_1"])
        #expect(initrd.modules.map(\.buildID) == [old.buildID])
        #expect(seen.unobserved == [])
      }
    }
  }

  @Test("What does not come apart to its end is malformed, not empty")
  func damaged() async throws {
    try await onOwnThread {
      let main = archive([(Self.inside, module("livepatch_1").bytes)])
      let host = try host(Array(main.dropLast(main.count / 2)))
      var bad = main
      bad[60] = UInt8(ascii: "z")
      // lz4's magic.
      for bytes in [
        Array(main.dropLast(main.count / 2)), bad, [0x04, 0x22, 0x4d, 0x18, 0, 0], [0x1f, 0x8b, 8],
      ] {
        try host.file("boot/initrd-6.1.0-56-amd64", bytes)
        let seen = try host.observe()
        #expect(seen.services.suse?.initrd == .unknown)
        #expect(seen.unobserved.map(\.path) == ["/boot/initrd-6.1.0-56-amd64"])
        #expect(seen.unobserved.map(\.problem) == [.malformed])
      }
    }
  }
}

/// An archive of cpio's new ASCII form.
private func archive(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
  var archive: [UInt8] = []
  func pad() { while archive.count % 4 != 0 { archive.append(0) } }
  for (name, bytes) in files + [(name: "TRAILER!!!", bytes: [])] {
    let mode = name == "TRAILER!!!" ? 0 : 0o100644
    let fields = [1, mode, 0, 0, 1, 0, bytes.count, 0, 0, 0, 0, name.utf8.count + 1, 0]
    let header = fields.map { field in
      let digits = String(field, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }
    archive += Array("070701".utf8) + header.flatMap { Array($0.utf8) } + Array(name.utf8) + [0]
    pad()
    archive += bytes
    pad()
  }
  return archive
}
