/// Why some bytes are no kernel module that this program reads.
package enum ModuleProblem: Error, Hashable, Sendable {
  /// It is not ELF at all.
  case notELF(Resemblance)
  case compressed(Compression)
  /// Modules are 64 bit wherever live patching exists.
  case not64Bit
  /// An executable, a library or a core, by its ELF type.
  case notRelocatable(type: UInt16)
  /// A relocatable file without `.gnu.linkonce.this_module`: an object file, not linked as a module.
  case notLinkedAsModule
  /// The ELF structure contradicts itself or the length of the file; says where.
  case malformed(String)
  /// Two sections of one name that are loaded.
  case repeatedSection(String)
  /// A symbol that somebody else is to have, and that does not say which.
  case namelessSymbol(Int)
  /// More than the kernel has room for.
  case tooLarge(section: String, size: UInt64)
  /// A relocation or a symbol for livepatch that livepatch does not take; says which.
  case brokenRelocation(String)

  /// What a file that is not ELF looks like.
  package enum Resemblance: Hashable, Sendable {
    case nothing, empty, gitLFSPointer, webPage
  }

  package enum Compression: String, Sendable {
    case xz, gzip, zstd
  }
}

extension ModuleProblem: CustomStringConvertible {
  /// What it is instead, without a full stop, to go on after "is not a kernel module: ".
  package var description: String {
    switch self {
    case .notELF(.nothing): "it is no ELF file"
    case .notELF(.empty): "it is empty"
    case .notELF(.gitLFSPointer): "it is a Git LFS pointer to a file that was not fetched"
    case .notELF(.webPage): "it is a web page"
    case .compressed(let format): "it is compressed (\(format))"
    case .not64Bit: "it is ELF for a 32 bit machine"
    case .notRelocatable(2): "it is an executable"
    case .notRelocatable(3): "it is a shared library or an executable"
    case .notRelocatable(4): "it is a core dump"
    case .notRelocatable(let type): "it is ELF of type \(type), not relocatable"
    case .notLinkedAsModule:
      "it is an object file without .gnu.linkonce.this_module, not linked as a module"
    case .malformed(let what): "it is damaged: \(what)"
    case .repeatedSection(let name): "it has section \(name) twice"
    case .namelessSymbol(let number): "symbol \(number) is undefined and has no name"
    case .tooLarge(let section, let size):
      "with the \(size) bytes of section \(section) it takes more memory than there is for modules"
    case .brokenRelocation(let what): "livepatch does not take its relocations: \(what)"
    }
  }

  /// The kernel's answer to a load of such a file, as errno(3) names it.
  package var errno: String {
    switch self {
    case .notELF(.empty), .brokenRelocation: "EINVAL"
    case .repeatedSection: "EEXIST"
    case .namelessSymbol: "ENOENT"
    case .tooLarge: "ENOMEM"
    default: "ENOEXEC"
    }
  }

  /// What to do about it, as an instruction.
  package var advice: String {
    switch self {
    case .notELF(.gitLFSPointer): "run git lfs pull where the file was checked out"
    case .notELF(.webPage): "look at the address it was downloaded from: that was not the file"
    case .compressed(.xz): "decompress it with unxz, and give the digest of the result"
    case .compressed(.gzip): "decompress it with gunzip, and give the digest of the result"
    case .compressed(.zstd): "decompress it with unzstd, and give the digest of the result"
    case .notLinkedAsModule: "give the .ko that the kernel's build makes, not one of its .o"
    case .repeatedSection, .namelessSymbol, .tooLarge:
      "build it again, with the tools of the kernel's own build"
    case .malformed: "copy it again from where it was built"
    case .brokenRelocation: "build it again, with a tool that fits the kernel"
    case .notELF, .not64Bit, .notRelocatable:
      "give the .ko file that was built for the kernel"
    }
  }
}
