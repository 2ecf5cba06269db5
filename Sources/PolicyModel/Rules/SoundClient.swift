internal import Diagnostics
internal import Documents
internal import Nodes
internal import Shapes

/// What the client of Canonical takes: a cutoff that is past, an interval of an hour or none, and a
/// token only to be enabled with, or enabled again where disabling it has to be undone.
struct SoundClient: Rule {
  func check(_ context: RuleContext, _ findings: inout [Diagnostic]) {
    for client in context.policies.flatMap(\.spec.services).compactMap(\.canonical) {
      if let token = client.token, client.enabled == nil {
        findings.append(
          Diagnostic(
            .conflictingKeys, "`token` has no meaning without `enabled`",
            at: (token.file?.location ?? token.credential?.location ?? client.place.location),
            advice: "leave it out, or say with enabled whether the machine is to be"))
      }
      if let cutoff = client.cutoffDate, cutoff.value > context.now {
        findings.append(
          Diagnostic(
            .invalidValue, "the client takes only a cutoff that is past, and this is to come",
            at: cutoff.location, advice: "write a time that is past"))
      }
      if let interval = client.checkInterval {
        let seconds = interval.value.components.seconds
        if seconds != 0, seconds < 3600 || seconds % 60 != 0 {
          findings.append(
            Diagnostic(
              .invalidValue, "the client asks once in 60m at most, or never",
              at: interval.location, advice: "write 60m or more in whole minutes, or 0m for never"))
        }
      }
    }
  }
}
