import Compatibility
import Documents
import JSONText
import ModuleFile
import Rendering

/// Bytes are read as a kernel module, and what they say is written as text and as JSON.
func fuzzModule(_ bytes: [UInt8]) {
  let facts: ModuleFacts
  do throws(ModuleProblem) {
    facts = try ModuleFacts(bytes)
  } catch {
    precondition(!"\(error)".isEmpty && !error.advice.isEmpty, "an error without words")
    return
  }
  check(facts, size: bytes.count)
  let module = InspectedModule(
    facts,
    file: InspectedModule.File(
      path: "fuzz.ko", sha256: "", size: bytes.count, compression: .none))
  let inspection = Inspection(modules: [module], problems: [])
  let json = JSONWriter.bytes(of: inspection)
  let text = text(of: inspection, Style(isColoured: false))
  // Each name is copied once or twice, and no name is long: nothing grows out of proportion.
  precondition(json.count < 4096 + 512 * bytes.count, "a document out of proportion")
  precondition(
    text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0.value >= 0x20 },
    "text that could drive a terminal")
}

private func check(_ facts: ModuleFacts, size: Int) {
  precondition(!facts.name.isEmpty && !facts.name.contains("/"), "a name that is none")
  precondition(
    (facts.needed ?? []).allSatisfy { !$0.name.isEmpty }
      && (facts.versions ?? []).allSatisfy { !$0.symbol.isEmpty }
      && facts.livepatchSymbols.allSatisfy { !$0.name.isEmpty && !$0.object.isEmpty },
    "a symbol without a name")
  if case .present(let signature) = facts.signature {
    precondition(
      signature.signedLength <= signature.message.lowerBound
        && signature.message.upperBound <= size && !signature.signers.isEmpty,
      "a signature that lies outside")
  }
  guard facts.isLivepatch else {
    precondition(facts.maker == nil && facts.objects == nil, "patches of no live patch")
    return
  }
  precondition(
    (facts.objects ?? []).allSatisfy { object in
      !object.name.isEmpty && object.functions.allSatisfy { !$0.name.isEmpty }
    }, "a function without a name")
}
