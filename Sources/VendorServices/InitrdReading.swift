internal import Decompression
internal import Documents
internal import LivepatchHost
internal import ModuleFile

extension ServiceReader {
  /// The live patches in the initrd with which the running kernel will boot again.
  mutating func initrd() -> Fact<Services.Initrd>? {
    for path in [
      "boot/initrd-\(kernel)", "boot/initramfs-\(kernel).img", "boot/initrd.img-\(kernel)",
      "usr/lib/modules/\(kernel)/initrd", "lib/modules/\(kernel)/initrd",
    ] {
      switch files.bytes(ofFile: path, limit: largestInitrd) {
      case .absent: continue
      case .failed(let failure):
        note(failure)
        return .unknown
      case .value(let bytes):
        guard let modules = livePatches(inInitrd: bytes, at: "/" + path) else { return .unknown }
        return .known(Services.Initrd(path: "/" + path, modules: modules))
      }
    }
    return nil
  }

  /// - Returns: nil, and written down, when it does not come apart to its end.
  private mutating func livePatches(
    inInitrd file: [UInt8], at path: String
  ) -> [Services.Module]? {
    var found: [(name: String, bytes: [UInt8])] = []
    var file = file
    var offset = 0
    // Archives, plain or compressed, in any number: microcode comes first, plain.
    while true {
      let bytes = file
      guard
        let end = CPIOArchive.read(
          bytes, from: offset,
          { entry in
            if isModuleName(entry.name), isInPlaceOfLivePatch(entry.name) {
              found.append((entry.name, Array(bytes[entry.content])))
            }
          })
      else {
        note(path, .malformed, "an archive in it is damaged")
        return nil
      }
      if end >= bytes.count { break }
      let rest = Array(bytes[end...])
      guard Compression(magicOf: rest) != nil else {
        note(
          path, .malformed, "expected a cpio archive, plain or by gzip, xz or zstd, at byte \(end)")
        return nil
      }
      do throws(DecompressionProblem) {
        let (content, trailing) = try unpack(rest)
        file = content + trailing
        offset = 0
      } catch {
        note(path, .malformed, "it cannot be unpacked: \(error)")
        return nil
      }
    }
    var modules: [Services.Module] = []
    for (name, bytes) in found {
      let place = name.hasPrefix("/") ? name : "/" + name
      var module = Services.Module(
        path: place, release: kernelRelease(inPath: place), file: .missing)
      identify(&module, bytes)
      modules.append(module)
    }
    return modules.sorted { $0.path < $1.path }
  }
}

/// Distributions' have some ten megabytes, some hundred when they hold all drivers.
private let largestInitrd = 512 << 20

/// What is compressed at the beginning of some bytes, and what stands behind its end.
private func unpack(
  _ bytes: [UInt8]
) throws(DecompressionProblem) -> (content: [UInt8], trailing: [UInt8]) {
  do throws(DecompressionProblem) {
    return (try moduleBytes(of: bytes, limit: largestInitrd).bytes, [])
  } catch {
    guard case .trailing(let count) = error.kind, count < bytes.count else { throw error }
    let content = try moduleBytes(of: Array(bytes.dropLast(count)), limit: largestInitrd).bytes
    return (content, Array(bytes.suffix(count)))
  }
}

/// Where SUSE's packages put live patches, and older ones did.
private func isInPlaceOfLivePatch(_ path: String) -> Bool {
  path.split(separator: "/").dropLast().contains { $0 == "livepatch" || $0 == "kgraft" }
}
