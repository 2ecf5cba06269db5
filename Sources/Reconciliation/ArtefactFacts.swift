internal import Artefacts
internal import Compatibility
internal import Documents
internal import Files
internal import Planning
internal import PolicyModel
internal import Synchronization

/// What the artefacts of policies are, for plans of hosts that are elsewhere: each is read and
/// verified once, when the first plan needs it, and is for all plans what it was then.
final class ArtefactFacts: Sendable {
  private let trust: FileTrust
  private let known = Mutex<[Build: ArtefactFinding]>([:])

  private struct Build: Hashable {
    var origin: BuildDefinition.Origin
    var sha256: String
  }

  /// - Parameter trust: whose files are believed.
  init(trust: FileTrust) {
    self.trust = trust
  }

  func finding(_ build: BuildDefinition) -> ArtefactFinding {
    known.withLock { known in
      let key = Build(origin: build.origin, sha256: build.sha256)
      if let finding = known[key] { return finding }
      let finding = read(build)
      known[key] = finding
      return finding
    }
  }

  private func read(_ build: BuildDefinition) -> ArtefactFinding {
    switch build.origin {
    case .file(let path):
      do throws(ArtefactProblem) {
        return .verified(try Artefact(reading: path, sha256: build.sha256, trust: trust).facts)
      } catch {
        return .unusable(Obstacle(error.reason, error.description))
      }
    case .url(let url):
      return .notFetched(
        "whether the host has \(url) in its store cannot be seen here, so what the module is could "
          + "not be checked; reconcile fetches it, and checks it before it changes anything")
    case .store:
      return .notFetched(
        "whether the host has \(build.title) in its store cannot be seen here, so what the module is "
          + "could not be checked; reconcile checks it before it changes anything")
    }
  }
}
