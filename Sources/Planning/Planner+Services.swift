internal import Diagnostics
internal import Documents
internal import PolicyModel

/// What the policies ask of the services of vendors.
extension Planner {
  func unsupported(_ service: DesiredSet.Service) -> Withheld {
    service.withheld(
      .notSupported,
      "this version of klpolicy reads what policies ask of "
        + "\(service.kind.rawValue), and cannot bring it about: see to it with the vendor's own tool"
    )
  }
}

extension DesiredSet.Service {
  func withheld(
    _ reason: Reason, _ message: String, module: String? = nil, until: Timestamp? = nil
  ) -> Withheld {
    var withheld = Withheld(
      patch: patch, module: module, reason: reason, message: message, source: source.description,
      until: until, openCVEs: [])
    withheld.service = kind.rawValue
    return withheld
  }
}
