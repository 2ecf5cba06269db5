internal import Artefacts
internal import Diagnostics
internal import Digests
internal import Documents
internal import Files
internal import ModuleFile
internal import Nodes
internal import Planning
internal import PolicyModel
internal import PolicySyntax
internal import SystemPackage

/// The certificates of a host's configuration, by which signatures of modules are verified.
enum TrustedCertificates {
  case known([Certificate])
  /// Why they are not known, without a full stop.
  case unusable(String)

  /// Reads the configuration and the files that it names.
  init(_ layout: HostLayout, _ trust: FileTrust) {
    let path = layout.configuration
    do throws(FileProblem) {
      let bytes = try readTrusted(path, trust: trust, limit: Int(TextLimits.yaml.bytes))
      let (configuration, _) = HostConfiguration.read(SourceText(path: path.string, bytes: bytes))
      guard let configuration else {
        self = .unusable("\(path) is not understood")
        return
      }
      var certificates: [Certificate] = []
      for name in configuration.trustedCertificates {
        let file = layout.file(name)
        let content = try readTrusted(file, trust: trust, limit: 16 << 20)
        do throws(CertificateProblem) {
          certificates += try Certificate.read(content)
        } catch {
          self = .unusable("\(file) cannot be used as certificates: \(error)")
          return
        }
      }
      self = .known(certificates)
    } catch {
      self =
        error.kind == .absent && error.path == path.string
        ? .known([]) : .unusable(error.description)
    }
  }

  /// What they say of a module that was read.
  func finding(_ artefact: borrowing Artefact) -> SignatureFinding {
    switch self {
    case .unusable(let problem): return .unobserved(problem)
    case .known(let certificates):
      if certificates.isEmpty { return artefact.facts.isSigned ? .noCertificates : .missing }
      do throws(Errno) {
        switch try artefact.signatureVerdict(by: certificates) {
        case .valid(let signer):
          return .valid(
            by: InspectedModule.Certificate(
              subject: signer.subject, serial: signer.serial, subjectKeyID: signer.subjectKeyID))
        case .invalid(let problem): return .invalid(problem)
        case .noSignature: return .missing
        case .unknownSigner: return .unknownSigner
        }
      } catch {
        return .unobserved("the copy of the module in memory could not be read: \(error)")
      }
    }
  }
}

extension HostLayout {
  /// A file that the configuration names: below the root, from its own directory on.
  fileprivate func file(_ name: String) -> FilePath {
    if name.hasPrefix("/") { return root.appending(String(name.drop { $0 == "/" })) }
    return configuration.removingLastComponent().appending(name)
  }
}
