internal import Artefacts
internal import Compatibility
package import Documents
package import Files
internal import ModuleFile
package import Planning
package import PolicyModel
internal import SystemPackage

/// Finds the artefacts that policies name, and says what they are.
package struct ArtefactLookup {
  let store: Store
  let layout: HostLayout
  let trust: FileTrust
  /// Whether the store is that of the host which is planned for.
  let verifiesCopies: Bool
  /// What was tried to fetch in this run and did not come, by digest; nil before that was tried.
  var failures: [String: ArtefactProblem]?
  /// What was found before in this run of the files of builds for other kernels.
  var otherFiles: [OtherKernelBuild: Lacking.File] = [:]
  /// What was found of artefacts for other hosts; nil where the store is that of the host which is
  /// planned for.
  private let elsewhere: ArtefactFacts?

  package init(layout: HostLayout, trust: FileTrust, verifiesCopies: Bool) {
    store = Store(layout.store)
    self.layout = layout
    self.trust = trust
    self.verifiesCopies = verifiesCopies
    elsewhere = nil
  }

  /// For hosts that are known by snapshots only: nothing of the machine that this runs on counts, its
  /// store neither, and each artefact is read once.
  ///
  /// - Parameter trust: whose files are believed.
  package init(forSnapshots trust: FileTrust) {
    layout = HostLayout(root: "/")
    store = Store(layout.store)
    self.trust = trust
    verifiesCopies = false
    elsewhere = ArtefactFacts(trust: trust)
  }

  /// The verified bytes of a build.
  func open(_ build: BuildDefinition) throws(ArtefactProblem) -> Artefact {
    if build.isRestored, let copy = try? store.open(build.sha256) { return copy }
    switch build.origin {
    case .file(let path):
      return try locate(path, sha256: build.sha256, store: store, trust: trust)
    case .url(let url):
      do throws(ArtefactProblem) {
        return try store.open(build.sha256)
      } catch {
        throw ArtefactProblem(notDownloaded: url, error)
      }
    case .store: return try store.open(build.sha256)
    }
  }

  /// What is found of artefacts, by the patch's name.
  package struct Findings {
    package var artefacts: [String: ArtefactFinding] = [:]
    package var signatures: [String: SignatureFinding] = [:]
  }

  /// What is found of the builds that a plan for a host needs.
  ///
  /// - Parameters:
  ///   - desired: what the policies want of the host.
  ///   - snapshot: the host.
  ///   - everyBuild: whether those count that are in force already.
  ///   - verifiesSignatures: whether this is the host whose certificates count.
  /// - Returns: the artefacts, and what the host's certificates say of them.
  package func findings(
    _ desired: DesiredSet, _ snapshot: HostSnapshot, everyBuild: Bool = false,
    verifiesSignatures: Bool
  ) -> Findings {
    var findings = Findings()
    var certificates: TrustedCertificates?
    for (patch, build) in desired.chosenBuilds(on: snapshot)
    where everyBuild || needsArtefact(build, snapshot: snapshot) {
      if let problem = failures?[build.sha256] {
        findings.artefacts[patch] = .unusable(Obstacle(problem.reason, problem.description))
        continue
      }
      if let elsewhere {
        findings.artefacts[patch] = elsewhere.finding(build)
        continue
      }
      do throws(ArtefactProblem) {
        let artefact = try open(build)
        findings.artefacts[patch] = .verified(artefact.facts)
        let rule = desired.patches.first { $0.name == patch }?.constraints.signature
        guard verifiesSignatures, rule == .require || artefact.facts.isSigned && rule != .ignore
        else { continue }
        let known = certificates ?? TrustedCertificates(layout, trust)
        certificates = known
        findings.signatures[patch] = known.finding(artefact)
      } catch {
        findings.artefacts[patch] = finding(build, error)
      }
    }
    return findings
  }

  func finding(_ build: BuildDefinition) -> ArtefactFinding {
    if let problem = failures?[build.sha256] {
      return .unusable(Obstacle(problem.reason, problem.description))
    }
    if let elsewhere { return elsewhere.finding(build) }
    do throws(ArtefactProblem) {
      return .verified(try open(build).facts)
    } catch {
      return finding(build, error)
    }
  }

  private func finding(_ build: BuildDefinition, _ problem: ArtefactProblem) -> ArtefactFinding {
    if failures == nil, let message = notFetched(build, problem) { return .notFetched(message) }
    return .unusable(Obstacle(problem.reason, problem.description))
  }
}

extension ArtefactLookup {
  /// What to say of a build that a run would fetch; nil for one that it would not.
  private func notFetched(_ build: BuildDefinition, _ problem: ArtefactProblem) -> String? {
    guard case .url(let url) = build.origin else { return nil }
    let why: String
    switch problem.kind {
    case .missing: why = "\(url) is not in the store"
    case .digestMismatch: why = "the store's copy of \(url) is damaged"
    case .unreadable where !verifiesCopies: why = "whether the store has \(url) cannot be seen here"
    default: return nil
    }
    return
      "\(why), so what the module is could not be checked; reconcile fetches it, and checks it "
      + "before it changes anything"
  }
}

extension ArtefactProblem {
  /// The reason of the contract.
  var reason: Reason {
    switch kind {
    case .missing: .artefactMissing
    case .unreadable: .artefactUnreadable
    case .untrusted: .artefactUntrusted
    case .digestMismatch: .digestMismatch
    case .notAModule, .notDecompressed: .notAModule
    // Nothing is kept while a plan is made.
    case .notKept: .artefactUnreadable
    case .notDownloaded: .downloadFailed
    }
  }
}
