package import Diagnostics

extension DesiredSet {
  /// What is wanted of one service of a vendor; of kpatch's directory, of one patch in it.
  package struct Service: Sendable {
    package enum Wanted: Sendable {
      /// The module of this patch, as it is in force, is in kpatch's directory.
      case kpatchPresent(patch: String)
      /// These modules, by which this patch is known, are not there.
      case kpatchAbsent(patch: String, modules: Set<String>)
      case redHat(VendorPackages)
      case canonical(CanonicalClient)
      case suse(SUSEPackages)
    }

    package var kind: ServiceKind
    package var wanted: Wanted
    /// The policy that won it; among those that agree, the first by name.
    package var policy: String
    /// What binds it, of all policies that speak of it, whether they won it or not.
    package var constraints: Constraints
    /// The entry that won, without its line of text.
    package var source: Location

    package init(
      kind: ServiceKind, wanted: Wanted, policy: String, constraints: Constraints, source: Location
    ) {
      self.kind = kind
      self.wanted = wanted
      self.policy = policy
      self.constraints = constraints
      self.source = source
    }

    /// The patch that it is about; nil where the whole service is meant.
    package var patch: String? {
      switch wanted {
      case .kpatchPresent(let patch), .kpatchAbsent(let patch, _): patch
      case .redHat, .canonical, .suse: nil
      }
    }
  }
}
