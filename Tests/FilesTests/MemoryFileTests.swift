import Files
import Glibc
import SystemPackage
import Testing

struct MemoryFileTests {
  @Test("what is in a sealed file can be read, and not be changed by anybody")
  func sealed() throws {
    let file = try sealedFile("test", Array("checked".utf8))
    #expect(try file.descriptor.readToEnd(limit: 100) == Array("checked".utf8))
    #expect(throws: Errno.notPermitted) { try file.descriptor.writeAll([1]) }
    #expect(throws: Errno.notPermitted) { try file.descriptor.resize(to: 0) }
    #expect(throws: Errno.notPermitted) { try file.descriptor.resize(to: 100) }
    // Nor through another description of the same file.
    let again = try FileDescriptor.open(
      FilePath("/proc/self/fd/\(file.descriptor.rawValue)"), .readWrite)
    defer { try? again.close() }
    #expect(throws: Errno.notPermitted) { try again.writeAll([1]) }
    #expect(try again.readToEnd(limit: 100) == Array("checked".utf8))
  }
}
