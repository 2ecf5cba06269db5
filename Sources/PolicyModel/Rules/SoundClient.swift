internal import Diagnostics
internal import Documents
internal import Nodes
internal import Shapes

/// What the client of Canonical takes: a cutoff that is past, an interval of an hour or none, and a
/// token only to be enabled with, or enabled again where disabling it has to be undone; and an address
/// that may be shown, for plans, the journal and the host's process list have it.
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
      if let server = client.server, server.value.namesUser {
        findings.append(
          Diagnostic(
            .invalidValue, "the address names a user, and what stands in a policy is shown to many",
            at: server.location, advice: "leave out what stands before the @, and the @"))
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

extension ArtefactURL {
  /// Whether there is a user in it, and with that perhaps a password.
  fileprivate var namesUser: Bool {
    text.dropFirst("https://".count).prefix { !"/?#".contains($0) }.contains("@")
  }
}
