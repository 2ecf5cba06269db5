internal import Diagnostics
internal import Documents
internal import Files
internal import PolicyModel
internal import Reconciliation
internal import SystemPackage

/// What a person wants held or resumed, held against the names that a hold can be about on this host.
struct HeldName {
  let text: String
  /// Of the patches and services that klpolicy has a record of.
  let recorded: Set<String>
  /// What a hold is on.
  let held: Set<String>
  /// Of those that the policies in force speak of; nil where these cannot be used.
  let named: Set<String>?
  /// The patch, if it is the name of a module.
  private let owners: [String]

  init(_ text: String, history: History, layout: HostLayout) {
    self.text = text
    recorded = Set(
      (history.managed.value ?? []).map(\.patch) + history.verified.map(\.patch)
        + history.failures.map(\.name))
    held = Set((history.holds.value ?? []).compactMap(\.patch))
    guard let paths = PolicyArguments.pathsInForce(layout) else {
      named = nil
      owners = []
      return
    }
    if paths.isEmpty {
      named = []
      owners = []
      return
    }
    let (set, _) = PolicySet.load(paths, trust: ownTrust, at: currentTime(), purpose: .use)
    named = set.map { Set($0.patchNames).union($0.serviceNames) }
    owners = set?.patches(ofModule: text) ?? []
  }

  /// Whether anything can be kept as it is by a hold on it.
  private var isKnown: Bool { recorded.contains(text) || named?.contains(text) == true }

  /// Why nothing can have been meant by it but something of another name; nil where that is not so.
  ///
  /// - Parameter isHold: whether it is to be held: resumed, a package that was left may be given up.
  /// - Returns: an error that says what to write.
  func misnomer(isHold: Bool) -> Diagnostic? {
    if isKnown || held.contains(text) { return nil }
    let (message, advice): (String, String)
    if text == ServiceKind.kpatch.rawValue {
      message = "kpatch's directory is not held as a whole"
      advice = "hold the patch whose file lies there, by its name"
    } else if let service = HeldName.service(meantBy: text) {
      message = "\(text.quoted) is no name of a service, and holds nothing"
      advice = "write \(service)"
    } else if isHold, let service = HeldName.service(ofPackage: text) {
      message = "\(text.quoted) is a package, and packages are held by the name of their service"
      advice = "write \(service)"
    } else if let owner = owners.first {
      message = "\(text.quoted) is a module, and modules are held by the name of their patch"
      advice = "write \(owner)"
    } else {
      return nil
    }
    return Diagnostic(.unknownPatch, message, advice: advice)
  }

  /// That nothing has this name as yet, for a hold that holds nothing must not look like one that does.
  var warning: Diagnostic? {
    if isKnown { return nil }
    guard let named else {
      return Diagnostic(
        .unknownPatch,
        "whether anything has the name \(text.quoted) is not known: the policies in force here cannot be "
          + "used", advice: "klpolicy validate says why", severity: .warning)
    }
    let known = recorded.union(named).sorted()
    let advice: String
    if let similar = nearest(to: text, among: known) {
      advice = "did you mean \(similar.quoted)? klpolicy resume \(text) takes this one back"
    } else if known.isEmpty {
      advice =
        "no policy is in force here; policies that are given by their paths are not looked at"
    } else {
      advice =
        "known are \(known.prefix(10).map { $0 }.quotedList("and"))"
        + (known.count > 10 ? " among others" : "")
    }
    return Diagnostic(
      .unknownPatch,
      "nothing is held by that now: no policy in force here, and no record of this host, has a patch or "
        + "service \(text.quoted)", advice: advice, severity: .warning)
  }

  /// What was probably meant to be resumed; nil where the name is known, or nothing is like it.
  var suggestion: Diagnostic? {
    if isKnown || held.contains(text) { return nil }
    if let service = HeldName.service(ofPackage: text) {
      return Diagnostic(
        .unknownPatch, "packages are held by the name of their service",
        advice: "klpolicy resume \(service) lifts a hold on these", severity: .warning)
    }
    return nearest(to: text, among: recorded.union(held).union(named ?? []).sorted()).map {
      similar in
      Diagnostic(
        .unknownPatch,
        "no policy in force here, and no record of this host, has a patch or service \(text.quoted)",
        advice: "did you mean \(similar.quoted)?", severity: .warning)
    }
  }

  /// What the hold itself says of that; nil where the name is known.
  var remark: String? {
    if isKnown { return nil }
    return named == nil
      ? "whether anything has that name is not known" : "nothing of that name is known here now"
  }

  private static let services: [ServiceKind] = [.redHat, .canonical, .suse]

  /// The service that was meant by a word that is not its name.
  static func service(meantBy text: String) -> String? {
    let others = [
      "rhel": "redHat", "dnf": "redHat", "kpatch-patch": "redHat", "ubuntu": "canonical",
      "livepatch": "canonical", "canonical-livepatch": "canonical", "sles": "suse",
      "zypper": "suse", "kernel-livepatch": "suse",
    ]
    let names = services.map(\.rawValue)
    if names.contains(text) { return nil }
    let word = text.lowercased()
    return others[word] ?? names.first { $0.lowercased() == word }
      // A patch may be called nearly as SUSE is.
      ?? nearest(to: text, among: names.filter { $0.utf8.count > 5 })
  }

  /// The service whose packages are called so.
  static func service(ofPackage text: String) -> String? {
    if text.hasPrefix("kpatch-patch-") { return "redHat" }
    guard text.hasPrefix("kernel-livepatch-") || text.hasPrefix("kgraft-patch-") else { return nil }
    return text.contains("amzn") ? "redHat" : "suse"
  }
}
