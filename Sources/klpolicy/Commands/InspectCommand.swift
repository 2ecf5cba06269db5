internal import ArgumentParser
internal import Artefacts
internal import Compatibility
internal import Decompression
internal import Diagnostics
internal import Digests
internal import Documents
internal import Files
internal import ModuleFile
internal import Rendering
internal import SystemPackage

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what kernel modules are and patch, and whether they would load.",
    discussion: """
      Nothing is loaded. The modules are held against this host's kernel if it takes live patches, \
      against the host of a snapshot (--host), or against a kernel that is installed and need not \
      run (--kernel). What a file does not tell for certain, or the kernel does not show, is called \
      unknown. Exits 5 when a module would not load; 65 when a file is no kernel module or could \
      not be read, while the others are shown all the same, and when --certificate is given and a \
      module is not signed with one of them.
      """)

  @Argument(help: ArgumentHelp("Kernel modules.", valueName: "file.ko"))
  var files: [String]

  @Option(
    name: .customLong("certificate"),
    help: ArgumentHelp(
      "Verify signatures with the certificates in this file, PEM or DER; may be given again.",
      valueName: "file"))
  var certificateFiles: [String] = []

  @Option(
    name: .customLong("host"),
    help: ArgumentHelp(
      "Hold them against the host in this snapshot instead; - reads standard input.",
      valueName: "file"))
  var snapshotPath: String?
  @Option(
    name: .customLong("kernel"),
    help: ArgumentHelp(
      "Hold them against this installed kernel instead of the running one.", valueName: "release"))
  var kernelRelease: String?
  @OptionGroup var host: HostOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if snapshotPath != nil, host.root != nil || kernelRelease != nil {
      throw ValidationError("--host names a host by its snapshot; give no other with it.")
    }
  }

  func run() throws {
    let certificates = try certificateFiles.flatMap { try readCertificates($0) }
    var inspection = Inspection(modules: [], problems: [])
    let opponent = try InspectionOpponent(snapshotPath, kernelRelease, host, output)
    var facts: [ModuleFacts] = []
    var named: [InspectedModule.Certificate?] = []
    var diagnostics: [Diagnostic] = []
    for file in files {
      do throws(NotInspected) {
        inspection.modules.append(try inspectedModule(FilePath(file), certificates, &facts))
        named.append(facts.last.flatMap { certificate(namedBy: $0, certificates) })
      } catch {
        inspection.problems.append(
          InspectionProblem(
            path: file, message: error.diagnostic.message, advice: error.diagnostic.advice,
            errno: error.errno))
        diagnostics.append(error.diagnostic)
      }
    }
    opponent?.judge(&inspection, facts, named: named)
    writeError(text(of: diagnostics, output.errorStyle))
    if !inspection.modules.isEmpty || output.output == .json {
      try output.write(inspection) { text(of: inspection, $0) }
    }
    let isUnverified = inspection.modules.contains {
      $0.signature.verdict.map { $0 != .valid } ?? false
    }
    if !diagnostics.isEmpty || isUnverified { throw ExitCode(ExitStatus.invalidInput.rawValue) }
    if inspection.modules.contains(where: { $0.verdict?.wouldLoad == .known(false) }) {
      throw ExitCode(ExitStatus.blocked.rawValue)
    }
  }

  /// Whoever owns it: nothing of it is run.
  private func inspectedModule(
    _ path: FilePath, _ certificates: [Certificate], _ facts: inout [ModuleFacts]
  ) throws(NotInspected) -> InspectedModule {
    let artefact: Artefact
    do throws(ArtefactProblem) {
      artefact = try Artefact(reading: path, sha256: nil, trust: .unchecked)
    } catch {
      var errno: String?
      if case .notAModule(let problem) = error.kind { errno = problem.errno }
      throw NotInspected(
        diagnostic: Diagnostic(
          .notInspected, error.message,
          advice: error.kind == .missing ? "correct the path" : error.advice), errno: errno)
    }
    var module = InspectedModule(
      artefact.facts,
      file: InspectedModule.File(
        path: path.string, sha256: artefact.sha256, size: artefact.size,
        compression: artefact.compression.flatMap { .init(rawValue: $0.rawValue) } ?? .none))
    if !certificateFiles.isEmpty {
      do throws(Errno) {
        module.signature.add(try artefact.signatureVerdict(by: certificates))
      } catch {
        throw NotInspected(
          diagnostic: Diagnostic(
            .notInspected, "the copy of \(path) in memory could not be read: \(error)"))
      }
    }
    facts.append(artefact.facts)
    return module
  }

  /// The certificate that a module's signature names, whether it made it or not.
  private func certificate(
    namedBy facts: ModuleFacts, _ certificates: [Certificate]
  ) -> InspectedModule.Certificate? {
    guard case .present(let signature) = facts.signature, let signer = signature.signers.first
    else {
      return nil
    }
    let found = certificates.first {
      switch signer.keyID {
      case .serial(let serial): $0.serial == serial && (signer.name ?? "") == $0.issuer
      case .subjectKeyID(let id): $0.subjectKeyID == id
      }
    }
    return found.map { InspectedModule.Certificate($0) }
  }

  private func readCertificates(_ file: String) throws -> [Certificate] {
    func failure(_ message: String, _ advice: String?) -> Failure {
      output.failure(
        .invalidInput, Diagnostic(.certificateUnusable, message, advice: advice))
    }
    let bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try readTrusted(FilePath(file), trust: .unchecked, limit: 16 << 20)
    } catch {
      throw failure("the certificates \(error)", error.advice)
    }
    do throws(CertificateProblem) {
      return try Certificate.read(bytes)
    } catch {
      throw failure(
        "\(file) cannot be used as certificates: \(error)",
        "give the X.509 certificate of the signing key, in PEM or DER")
    }
  }
}

/// Why nothing is said of a file.
private struct NotInspected: Error {
  var diagnostic: Diagnostic
  /// The kernel's answer to a load of it, where it is no module.
  var errno: String?
}

extension InspectedModule.Signature {
  /// Adds what the certificates say.
  fileprivate mutating func add(_ verdict: SignatureVerdict) {
    switch verdict {
    case .valid(let signer):
      self.verdict = .valid
      certificate = InspectedModule.Certificate(signer)
    case .invalid(let problem):
      self.verdict = .invalid
      self.problem = problem
    case .unknownSigner: self.verdict = .unknownSigner
    case .noSignature: self.verdict = .noSignature
    }
  }
}

extension InspectedModule.Certificate {
  fileprivate init(_ certificate: Certificate) {
    self.init(
      subject: certificate.subject, serial: certificate.serial,
      subjectKeyID: certificate.subjectKeyID)
  }
}

extension Diagnostic.Code {
  static let notInspected = Diagnostic.Code(
    "not-inspected", "A file that is no kernel module, or that could not be read.")
  static let certificateUnusable = Diagnostic.Code(
    "certificate-unusable", "A file of certificates that could not be read.")
}
