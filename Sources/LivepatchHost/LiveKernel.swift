internal import CLinux
internal import Documents
internal import Files
internal import Glibc
package import Journal
package import SystemPackage

/// The kernel of this machine, to be changed. There is none below another root.
///
/// Each change needs the run lock and an intent that is already in the journal, and does what the
/// intent announces, nothing else. That the kernel accepted is not yet that it is so.
package struct LiveKernel: Sendable {
  private let root: RootDirectory

  fileprivate init(_ root: RootDirectory) {
    self.root = root
  }

  /// Makes the change that `intent` announces.
  ///
  /// - Parameters:
  ///   - intent: what was written down.
  ///   - image: for a load, the sealed module; not closed. Without one the load is refused.
  ///   - access: the run lock.
  /// - Returns: the kernel's answer, for the journal.
  package func carryOut(
    _ intent: consuming Intent, image: FileDescriptor? = nil, under access: borrowing WriteAccess
  ) -> Outcome {
    let change = intent.change
    do throws(SystemError) {
      switch change {
      case .load(let module): try load(module.module, image)
      case .disable(let module): try write("0", to: "enabled", of: module)
      case .unload(let module): try removeModule(module)
      case .reverse(let module, let enabled):
        try write(enabled ? "1" : "0", to: "enabled", of: module)
      case .force(let module): try write("1", to: "force", of: module)
      // No file is the kernel's.
      case .writeFile(let file), .removeFile(let file):
        throw SystemError("write", file.path, .invalidArgument)
      case .installPackage(let package), .removePackage(let package):
        throw SystemError("install", package.package, .invalidArgument)
      case .configureClient(let change):
        throw SystemError("configure", change.text, .invalidArgument)
      }
      return intent.outcome(nil)
    } catch {
      return intent.outcome(error)
    }
  }

  /// finit_module(2) without parameters and flags: nothing the module says of itself is ignored.
  /// Not again after EINTR, which may come from the module's own init.
  private func load(_ module: String, _ image: FileDescriptor?) throws(SystemError) {
    let descriptor = image?.rawValue ?? -1
    let answer = unsafe "".withCString { unsafe klp_finit_module(descriptor, $0, 0) }
    if answer != 0 { throw SystemError("finit_module", module, Errno(rawValue: -answer)) }
  }

  /// Exactly one character: the kernel looks at the first only.
  private func write(
    _ value: String, to attribute: String, of module: String
  ) throws(SystemError) {
    let path = PatchReading.patchDirectory(module) + "/" + attribute
    let file: OwnedDescriptor
    do throws(Errno) {
      file = try root.open(path, O_WRONLY)
    } catch {
      throw SystemError("open", "/" + path, error)
    }
    do throws(Errno) {
      try file.descriptor.writeEverything([UInt8](value.utf8))
    } catch {
      throw SystemError("write", "/" + path, error)
    }
  }
}

extension LivepatchHost {
  /// The kernel, to be changed; nil when this host is another than the running one.
  package var liveKernel: LiveKernel? {
    root.isLive ? LiveKernel(root) : nil
  }
}
