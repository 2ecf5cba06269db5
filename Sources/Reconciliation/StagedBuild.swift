internal import Artefacts
internal import Documents

/// A build ready to be loaded: its verified bytes, held open, and what the journal will say of it.
///
/// A reference, because an artefact owns its descriptor and cannot be kept in a dictionary itself.
final class StagedBuild {
  let artefact: Artefact
  let record: ManagedModule

  init(artefact: consuming Artefact, record: ManagedModule) {
    self.artefact = artefact
    self.record = record
  }
}
