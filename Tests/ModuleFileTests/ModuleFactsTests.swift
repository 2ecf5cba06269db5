import ModuleFile
import ModuleFixtures
import Testing

/// What every module says of itself.
struct ModuleFactsTests {
  @Test(
    "name, build ID and modinfo are read, in either byte order",
    arguments: [(true, Machine.x86_64), (false, .s390x), (true, .aarch64), (false, .ppc64)])
  func basics(_ littleEndian: Bool, _ machine: Machine) throws {
    var module = ModuleBuilder()
    module.elf.littleEndian = littleEndian
    module.elf.machine = machine.rawValue
    module.info = [
      "license=GPL", "vermagic=6.12.117-amd64 SMP preempt", "depends=ext4,jbd2", "parm=a=b:text",
      "parm=second", "flag", "", "author=Jörg",
    ]
    let facts = try ModuleFacts(module.build())
    #expect(facts.name == "klp_test")
    #expect(facts.buildID == "000102030405060708090a0b0c0d0e0f10111213")
    #expect(facts.machine == machine)
    #expect(facts.byteOrder == (littleEndian ? .little : .big))
    #expect(facts.kernelRelease == "6.12.117-amd64")
    #expect(facts.depends == ["ext4", "jbd2"])
    #expect(facts.info["license"] == "GPL")
    #expect(facts.info["parm"] == "a=b:text")
    #expect(facts.info["flag"] == nil)
    #expect(facts.info["author"] == "Jörg")
    #expect(facts.info["absent"] == nil)
    #expect(facts.info.entries.count == 6)
    #expect(!facts.isLivepatch)
    #expect(!facts.isSigned)
    #expect(facts.maker == nil)
    #expect(facts.objects == nil)
  }

  @Test("a module without a build ID, modinfo or symbols is still a module")
  func bare() throws {
    var elf = ELFBuilder()
    var module = [UInt8](repeating: 0, count: 80)
    module[24] = UInt8(ascii: "m")
    elf.add(.init(name: ".gnu.linkonce.this_module", flags: 3, bytes: module))
    let facts = try ModuleFacts(elf.build())
    #expect(facts.name == "m")
    #expect(facts.buildID == nil)
    #expect(facts.info.entries.isEmpty)
    #expect(facts.kernelRelease == nil)
    #expect(facts.depends == [])
  }

  @Test("the build ID is found behind other notes, and none is taken from a torn one")
  func notes() throws {
    func note(_ name: String, _ type: UInt64, _ descriptor: [UInt8]) -> [UInt8] {
      let elf = ELFBuilder()
      let text = Array(name.utf8) + [0]
      let header = [UInt64(text.count), UInt64(descriptor.count), type]
        .flatMap { elf.number($0, 4) }
      let pad = { (count: Int) in [UInt8](repeating: 0, count: -count & 3) }
      return header + text + pad(text.count) + descriptor + pad(descriptor.count)
    }
    func facts(_ notes: [UInt8]) throws -> ModuleFacts {
      var module = ModuleBuilder()
      module.buildID = nil
      module.elf.add(.init(name: ".note.gnu.build-id", type: 7, bytes: notes))
      return try ModuleFacts(module.build())
    }
    let others = note("Linux", 3, [1, 2, 3]) + note("GNU", 4, [1])
    let own = note("GNU", 3, [0xde, 0xad, 0x0f])
    #expect(try facts(others + own).buildID == "dead0f")
    #expect(try facts(others).buildID == nil)
    #expect(try facts(Array(own.dropLast(4))).buildID == nil)
    #expect(try facts([0xff, 0xff, 0xff, 0xff] + own).buildID == nil)
  }

  @Test("a live patch is one by its key, whatever the value")
  func livepatchKey() throws {
    var module = ModuleBuilder()
    module.info.append("livepatch=N")
    let facts = try ModuleFacts(module.build())
    #expect(facts.isLivepatch)
    #expect(facts.maker == .unknown)
    module.info = ["livepatch"]
    #expect(try !ModuleFacts(module.build()).isLivepatch, "a key without a value is none")
  }
}
