internal import CLibKmod
internal import Files
internal import SystemPackage

/// delete_module(2) through libkmod, which never waits for references and here is never told to
/// force: a forced removal of a live patch crashes the kernel.
func removeModule(_ name: String) throws(SystemError) {
  guard let context = unsafe klp_kmod_new() else {
    throw SystemError("kmod_new", name, .noMemory)
  }
  defer { unsafe _ = kmod_unref(context) }
  var module: OpaquePointer?
  var answer = unsafe kmod_module_new_from_name(context, name, &module)
  guard answer >= 0, let module = unsafe module else {
    throw SystemError("kmod_module_new_from_name", name, Errno(rawValue: -answer))
  }
  defer { unsafe _ = kmod_module_unref(module) }
  answer = unsafe kmod_module_remove_module(module, 0)
  if answer < 0 { throw SystemError("delete_module", name, Errno(rawValue: -answer)) }
}
