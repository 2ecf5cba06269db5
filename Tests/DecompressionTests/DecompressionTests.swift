import ChildProcess
import Decompression
import SystemPackage
import Testing

/// What a compressed file holds is what the command-line tools take out of it, or it is refused.
struct DecompressionTests {
  static func compressed(
    _ bytes: [UInt8], _ compression: Compression, _ options: [String] = []
  ) async throws -> [UInt8] {
    let program: FilePath =
      switch compression {
      case .xz: "/usr/bin/xz"
      case .gzip: "/bin/gzip"
      case .zstd: "/usr/bin/zstd"
      }
    let command = Command(
      program, ["-c", "-q"] + options, environment: ["PATH": "/usr/bin:/bin"], input: bytes,
      timeLimit: .seconds(600), outputLimit: 64 << 20)
    let result = try await command.run()
    try #require(result.succeeded, "\(program): \(result.standardError.text)")
    return result.standardOutput.bytes
  }

  /// Bytes that do not compress well, and the same each time.
  static func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 42
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  static let lengths = [0, 1, 262_143, 262_144, 262_145, 600_000]

  @Test("any size comes out as it went in", arguments: Compression.allCases, lengths)
  func sizes(_ compression: Compression, _ size: Int) async throws {
    for original in [Self.noise(size), [UInt8](repeating: 7, count: size)] {
      let file = try await Self.compressed(original, compression)
      let (bytes, found) = try moduleBytes(of: file)
      #expect(bytes == original)
      #expect(found == compression)
    }
  }

  @Test("a file that is not compressed is left as it is")
  func plain() throws {
    for original in [[], [0x7f, 0x45], [0x1f], Self.noise(1000)] {
      let (bytes, compression) = try moduleBytes(of: original)
      #expect(bytes == original)
      #expect(compression == nil)
    }
  }

  @Test("several members in a row are their contents in a row", arguments: Compression.allCases)
  func members(_ compression: Compression) async throws {
    let parts = [Self.noise(300_000), [], Array("end".utf8)]
    var file: [UInt8] = []
    for part in parts { file += try await Self.compressed(part, compression) }
    #expect(try moduleBytes(of: file).bytes == parts.flatMap(\.self))
  }

  @Test("skippable frames of zstd are skipped")
  func skippable() async throws {
    let original = Array("what counts".utf8)
    let frame: [UInt8] = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]
    let file = try await Self.compressed(original, .zstd)
    #expect(try moduleBytes(of: file + frame + file).bytes == original + original)
  }

  private func problem(_ file: [UInt8], limit: Int = 1 << 20) -> DecompressionProblem.Kind? {
    do {
      _ = try moduleBytes(of: file, limit: limit)
      return nil
    } catch {
      return error.kind
    }
  }

  @Test("cut off anywhere, it is refused", arguments: Compression.allCases)
  func truncated(_ compression: Compression) async throws {
    let file = try await Self.compressed(Self.noise(2000), compression)
    for length in 6..<file.count {
      #expect(problem(Array(file[..<length])) == .truncated, "\(length) of \(file.count)")
    }
  }

  @Test(
    "one byte changed anywhere is noticed, or makes no difference",
    arguments: Compression.allCases)
  func damaged(_ compression: Compression) async throws {
    let original = Self.noise(500)
    let options = compression == .zstd ? ["--check"] : []
    let file = try await Self.compressed(original, compression, options)
    for index in file.indices.dropFirst(6) {
      var damaged = file
      damaged[index] ^= 0x55
      // The header of gzip has the time and the system, which nothing checks.
      guard problem(damaged) == nil else { continue }
      #expect(compression == .gzip && index < 10, "byte \(index)")
      #expect(try moduleBytes(of: damaged).bytes == original)
    }
  }

  @Test("what follows the end is refused, zeros too", arguments: Compression.allCases)
  func trailing(_ compression: Compression) async throws {
    let file = try await Self.compressed(Self.noise(300_000), compression)
    #expect(problem(file + [0]) == .trailing(bytes: 1))
    #expect(problem(file + [0, 0, 0, 0]) == .trailing(bytes: 4))
    #expect(problem(file + Array("~Module signature appended~\n".utf8)) == .trailing(bytes: 28))
    for other in Compression.allCases where other != compression {
      let another = try await Self.compressed([1], other)
      #expect(problem(file + another) == .trailing(bytes: another.count))
    }
  }

  @Test(
    "no more comes out than the limit says, however small the file",
    arguments: Compression.allCases)
  func bomb(_ compression: Compression) async throws {
    let file = try await Self.compressed([UInt8](repeating: 0, count: 4 << 20), compression)
    #expect(file.count < 8192)
    #expect(problem(file, limit: (4 << 20) - 1) == .tooLarge(limit: (4 << 20) - 1))
    #expect(problem(file, limit: 4 << 20) == nil)
    // Many members of one byte each are as limited.
    let one = try await Self.compressed([1], compression)
    let many = (0..<100).flatMap { _ in one }
    #expect(problem(many, limit: 99) == .tooLarge(limit: 99))
    #expect(problem(many, limit: 100) == nil)
  }

  @Test("a dictionary or window for which there is no memory is refused")
  func memory() async throws {
    let xz = try await Self.compressed(Self.noise(100), .xz, ["--lzma2=preset=0,dict=512MiB"])
    #expect(problem(xz) == .tooMuchMemory)
    // A frame header that asks for a window of 2^31 bytes, as `zstd --ultra --long=31` makes it.
    let zstd: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 0x01, 0x00, 0x00]
    #expect(problem(zstd) == .tooMuchMemory)
  }

  @Test("what is wrong is said in words, with what to do")
  func words() {
    let kinds: [(DecompressionProblem.Kind, String, String)] = [
      (
        .truncated, "it is cut off in the middle of its xz data",
        "copy it again from where it was published"
      ),
      (.damaged, "its xz data is damaged", "copy it again from where it was published"),
      (
        .trailing(bytes: 1), "1 byte follows the end of its xz data",
        "publish a file that ends where its data does"
      ),
      (
        .tooLarge(limit: 256 << 20),
        "it holds more than 256 MiB, and no live patch is that large",
        "look at what was packed there"
      ),
      (
        .tooMuchMemory, "its xz data takes more than 128 MiB of memory",
        "compress it with a smaller dictionary"
      ),
      (.failed, "the xz library could not do it", "see how much memory is free"),
    ]
    for (kind, description, advice) in kinds {
      let problem = DecompressionProblem(.xz, kind)
      #expect(problem.description == description)
      #expect(problem.advice == advice)
    }
  }
}
