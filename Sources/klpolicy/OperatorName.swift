internal import Glibc
internal import SystemPackage

/// The login name of whoever runs this, for those who ask later: as the session has it
/// (getlogin(3)), as sudo(8) says, or that of the user.
func operatorName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  if unsafe getlogin_r(&name, name.count) == 0 {
    let login = FilePath(platformString: name).string
    if !login.isEmpty { return login }
  }
  if let variable = unsafe getenv("SUDO_USER") {
    let login = unsafe String(cString: variable)
    if !login.isEmpty { return login }
  }
  guard let entry = unsafe getpwuid(getuid()), let login = unsafe entry.pointee.pw_name else {
    return "user \(getuid())"
  }
  return unsafe String(cString: login)
}
