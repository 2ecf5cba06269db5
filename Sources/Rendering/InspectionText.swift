package import Documents

/// What modules are, for a person.
package func text(of inspection: Inspection, _ style: Style) -> String {
  inspection.modules.map { module in
    (lines(of: module, style) + verdict(on: module, inspection.against, style))
      .joined(separator: "\n") + "\n"
  }.joined(separator: "\n")
}

private func lines(of module: InspectedModule, _ style: Style) -> [String] {
  let kind = module.livepatch == nil ? "a kernel module, and no live patch" : "a live patch"
  var lines = [
    style.bold(printable(module.module)) + ": \(kind)"
      + style.dim(" (\(printable(module.file.path)))")
  ]
  var columns = Columns()
  for (name, value) in rows(of: module) { columns.add(name, printable(value)) }
  lines += columns.lines(indent: 2) { column, cell in column == 0 ? style.dim(cell) : cell }
  guard let livepatch = module.livepatch else { return lines }
  switch livepatch.functions {
  case .unknown: lines.append("  " + style.yellow("what it patches cannot be told from the file"))
  case .known(let functions):
    lines.append("  patches \(counted(functions.count, "function"))")
    var table = Columns()
    for function in functions {
      table.add(printable(function.object), printable(function.name), position(function.sympos))
    }
    lines += table.lines(indent: 4) { column, cell in column == 1 ? cell : style.dim(cell) }
  }
  return lines
}

/// Whether it would load, and if not, why not.
private func verdict(
  on module: InspectedModule, _ against: InspectedAgainst?, _ style: Style
) -> [String] {
  guard let verdict = module.verdict, let against else { return [] }
  let kernel =
    against.isRunning
    ? "on \(printable(against.hostname)), kernel \(printable(against.kernel))"
    : "on the installed kernel \(printable(against.kernel))"
  let errno = verdict.errno.map { " (\($0))" } ?? ""
  var lines: [String] = []
  switch verdict.wouldLoad {
  case .known(true): lines.append("  " + style.green("would load") + " \(kernel)")
  case .known(false): lines.append("  " + style.red("would not load") + " \(kernel)\(errno)")
  case .unknown: lines.append("  " + style.yellow("may load") + " \(kernel): not all is known")
  }
  switch verdict.trust?.isTrusted {
  case .known(true):
    let key = verdict.trust?.key
    lines.append(
      "    the kernel has the key that it is signed with: "
        + (key.map { "\(printable($0.name)) \(printable($0.id)), in \(printable($0.keyring))" }
          ?? "it is one of its own"))
  case .known(false): lines.append("    the kernel does not have the key that it is signed with")
  case .unknown, nil: break
  }
  for obstacle in verdict.obstacles {
    lines.append("    \(obstacle.reason.rawValue): \(printable(obstacle.message))")
  }
  for unknown in verdict.unknown { lines.append("    not known: \(printable(unknown))") }
  for warning in verdict.warnings {
    lines.append("    \(warning.code): \(printable(warning.message))")
  }
  return lines
}

/// What is told of every module, and of a live patch, a line each.
private func rows(of module: InspectedModule) -> [(String, String)] {
  let kernel = module.kernel
  let information = module.information
  var rows = [
    (
      "for kernel",
      (kernel.release.value ?? "unknown: it has no vermagic") + ", \(module.architecture)"
    )
  ]
  if !kernel.flags.isEmpty { rows.append(("built with", kernel.flags.joined(separator: " "))) }
  rows += [
    (
      "build ID",
      module.buildID.value ?? "none: once loaded, it could not be told from other builds"
    ),
    ("SHA-256", module.file.sha256),
    ("size", size(of: module.file)),
  ]
  if let description = information.description {
    rows.append(("about", description.split(whereSeparator: \.isNewline).joined(separator: " ")))
  }
  if let version = information.version { rows.append(("version", version)) }
  if let license = information.license { rows.append(("licence", license)) }
  rows += module.signature.rows
  if let livepatch = module.livepatch { rows += livepatch.rows }
  if !information.depends.isEmpty {
    rows.append(("depends on", information.depends.joined(separator: ", ")))
  }
  rows.append(("needs", needs(of: module.symbols)))
  return rows
}

private func size(of file: InspectedModule.File) -> String {
  let bytes = "\(file.size) bytes"
  return file.compression == .none
    ? bytes : "\(bytes), compressed with \(file.compression.rawValue)"
}

extension InspectedModule.Signature {
  fileprivate var rows: [(String, String)] {
    var rows = described
    switch verdict {
    case .valid:
      let subject = certificate.map { $0.subject.isEmpty ? "without a name" : "of \($0.subject)" }
      rows.append(("verified", "yes, with the certificate \(subject ?? "given")"))
    case .invalid:
      rows.append(("verified", "no: \(problem ?? "it is not of any of the certificates")"))
    case .unknownSigner: rows.append(("verified", "no: none of the certificates is its signer's"))
    case .noSignature: rows.append(("verified", "no: there is no signature to verify"))
    case nil: break
    }
    return rows
  }

  private var described: [(String, String)] {
    switch state {
    case .none: [("signature", "none")]
    case .unsupported: [("signature", "of no use: \(problem ?? "its type is unknown")")]
    case .malformed:
      [("signature", "damaged, no kernel takes it: \(problem ?? "it is unreadable")")]
    case .present:
      signers.map { signer in
        let name = signer.name.map { "of \($0), " } ?? ""
        let key = signer.keyIDType == .serial ? "key with the serial number" : "key"
        return ("signature", "\(name)\(signer.hash), \(key) \(signer.keyID)")
      }
    }
  }
}

extension InspectedModule.Livepatch {
  fileprivate var rows: [(String, String)] {
    let maker =
      switch self.maker {
      case .known(.source): "from source, with structures of its own"
      case .known(.kpatchBuild): "by kpatch-build"
      case .known(.klpBuild): "by klp-build"
      case .unknown: "unknown: it has no live-patch structures that are known here"
      }
    let replaces =
      switch replace {
      case .known(true): "every other live patch"
      case .known(false): "nothing: it lies on top of other live patches"
      case .unknown: "unknown: the file does not tell whether it takes other live patches off"
      }
    let runs =
      switch callbacks {
      case .known(true): "yes, code of its own runs around patching"
      case .known(false): "none"
      case .unknown: "unknown"
      }
    var rows = [("made", maker), ("replaces", replaces), ("callbacks", runs)]
    if let states = states.value, !states.isEmpty {
      let list = states.map { "\($0.id) (version \($0.version))" }.joined(separator: ", ")
      rows.append(("states", list))
    }
    if !relocations.isEmpty {
      let count = relocations.reduce(0) { $0 &+ $1.count }
      let objects = Set(relocations.map(\.object)).sorted().joined(separator: ", ")
      rows.append(("relocates", "\(counted(count, "place")) by livepatch, for \(objects)"))
    }
    return rows
  }
}

private func needs(of symbols: InspectedModule.Symbols) -> String {
  var parts: [String] = []
  if let needed = symbols.needed.value {
    let weak = needed.count(where: \.isWeak)
    parts.append(
      counted(needed.count, "exported symbol") + (weak > 0 ? " (\(weak) of them if there)" : ""))
  } else {
    parts.append("unknown: it has no symbol table")
  }
  if !symbols.livepatch.isEmpty {
    parts.append("\(counted(symbols.livepatch.count, "symbol")) found by livepatch")
  }
  parts.append(
    symbols.versions.map { "\(counted($0.count, "symbol version"))" } ?? "no symbol versions")
  return parts.joined(separator: ", ")
}

private func position(_ sympos: Int) -> String {
  sympos == 0 ? "" : "the \(ordinal(sympos)) of that name"
}

private func ordinal(_ number: Int) -> String {
  let suffix =
    switch (number % 100, number % 10) {
    case (11...13, _): "th"
    case (_, 1): "st"
    case (_, 2): "nd"
    case (_, 3): "rd"
    default: "th"
    }
  return "\(number)\(suffix)"
}
