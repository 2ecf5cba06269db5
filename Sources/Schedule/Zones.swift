package import Diagnostics
package import Shapes

extension Diagnostic.Code {
  package static let unknownTimeZone = Diagnostic.Code(
    "unknown-time-zone", "The system has no time zone of that name.")
  package static let unreadableTimeZone = Diagnostic.Code(
    "unreadable-time-zone", "The system has the time zone, and it could not be read.")
}

/// The zones that windows and freezes name, each read once, when the first one names it.
package struct Zones {
  private let database: ZoneDatabase
  private var known: [ZoneName: Result<Zone, ZoneDatabase.Problem>] = [.utc: .success(.utc)]
  /// What was found wrong so far, in the order in which it was found.
  package private(set) var diagnostics: [Diagnostic] = []

  package init(_ database: ZoneDatabase) {
    self.database = database
  }

  /// nil after a diagnostic, here or when the definition was decoded.
  package mutating func window(_ definition: WindowDefinition) -> Window? {
    zone(definition.timeZone).flatMap { Window(definition, in: $0) }
  }

  /// nil after a diagnostic, here or when the definition was decoded.
  package mutating func freeze(_ definition: FreezeDefinition) -> Freeze? {
    zone(definition.timeZone).flatMap { Freeze(definition, in: $0) }
  }

  /// The zone of a name; where none was written, UTC.
  ///
  /// - Returns: nil after a diagnostic, here or when the name was decoded.
  package mutating func zone(_ name: Located<ZoneName>?) -> Zone? {
    guard let name else { return .utc }
    guard !name.value.text.isEmpty else { return nil }
    let result = known[name.value] ?? read(name.value)
    known[name.value] = result
    switch result {
    case .success(let zone): return zone
    case .failure(.absent): diagnostics.append(unknown(name))
    case .failure(.unreadable(let problem)):
      diagnostics.append(
        Diagnostic(
          .unreadableTimeZone, "the time zone \(name.value.text.quoted) cannot be used: \(problem)",
          at: name.location, advice: "install the package tzdata again"))
    }
    return nil
  }

  private func read(_ name: ZoneName) -> Result<Zone, ZoneDatabase.Problem> {
    database.read(name).flatMap { bytes in
      do throws(TZifProblem) {
        return .success(try Zone(tzif: bytes))
      } catch {
        return .failure(.unreadable("its file \(error.description)"))
      }
    }
  }

  private func unknown(_ name: Located<ZoneName>) -> Diagnostic {
    let text = name.value.text
    let names = database.names()
    let advice =
      if names.isEmpty {
        "this system has no time zones at all: install the package tzdata"
      } else if let zone = ZoneName.named(forOffset: text) {
        "write \(zone), or better the name of a place"
      } else if let near = nearest(to: text, among: names)
        ?? names.first(where: {
          $0.lowercased().hasSuffix("/" + text.lowercased())
        })
      {
        "did you mean \(near.quoted)?"
      } else {
        "write the name of a place in the IANA time zone database, such as "
          + (ZoneName.place(ofAbbreviation: text) ?? "Europe/Berlin")
      }
    return Diagnostic(
      .unknownTimeZone, "there is no time zone \(text.quoted) on this system", at: name.location,
      advice: advice)
  }
}
