import Glibc

/// What is fuzzed: `FUZZ_SUBJECT` says which, since libFuzzer calls one function.
enum Subject: String {
  case policies, modules, signatures

  static let chosen: Subject = {
    let name = unsafe getenv("FUZZ_SUBJECT").map { unsafe String(cString: $0) } ?? ""
    guard let subject = Subject(rawValue: name) else {
      preconditionFailure("FUZZ_SUBJECT is policies, modules or signatures, and not '\(name)'")
    }
    return subject
  }()
}

/// One input of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  switch Subject.chosen {
  case .policies: fuzzPolicyText(bytes)
  case .modules: fuzzModule(bytes)
  case .signatures: fuzzSignature(bytes)
  }
  return 0
}
