/// Whether a signature is appended to a module: its bytes, a trailer of 12 bytes (`struct
/// module_signature` of linux/module_signature.h) and a fixed line.
///
/// The kernel refuses a module whose trailer is wrong (EBADMSG), signed or not: so does this.
func hasSignature(_ elf: ELFFile) throws(ModuleProblem) -> Bool {
  let line = Array("~Module signature appended~\n".utf8)
  let all = elf.bytes.all
  guard all.count >= line.count, all[(all.count - line.count)...].elementsEqual(line) else {
    return false
  }
  let trailer = all.count - line.count - 12
  guard trailer >= 64 else { throw .malformed("its signature has no room in it") }
  let length = all[(trailer + 8)..<(trailer + 12)].reduce(0) { $0 << 8 | Int($1) }
  // id_type 2 is PKCS#7, in which all the rest is; the other fields must be 0.
  guard all[trailer + 2] == 2, all[trailer..<(trailer + 2)].allSatisfy({ $0 == 0 }),
    all[(trailer + 3)..<(trailer + 8)].allSatisfy({ $0 == 0 })
  else { throw .malformed("the trailer of its signature is not one of PKCS#7") }
  guard length > 0, length <= trailer - 64 else {
    throw .malformed("its signature claims \(length) bytes")
  }
  return true
}
