internal import Artefacts
internal import Diagnostics
internal import Files
internal import HostFacts
internal import ModuleFile
internal import PolicyModel
internal import Shapes
internal import SystemPackage

/// The builds that a directory of modules has, by patch: what is written down as a PatchSet.
struct ModuleCatalogue {
  struct Build {
    var release: String
    var version: String?
    var module: String
    /// `file` or `url`, and what it is.
    var origin: (key: String, value: String)
    var sha256: String
    var buildID: String?
    /// nil where neither the module nor the command line tells.
    var replace: Bool?
    /// A line for each object: `vmlinux: cmdline_proc_show`; empty where the module does not tell.
    var functions: [String]
  }

  var name: String
  /// Sorted by name; the builds by release, version and place.
  var patches: [(name: String, builds: [Build])]

  /// Reads all modules below a directory.
  ///
  /// - Returns: what it has, and what is wrong with files that it leaves out.
  static func read(
    _ directory: FilePath, name: String, replace: Bool?, url: String?
  ) -> (catalogue: ModuleCatalogue, diagnostics: [Diagnostic]) {
    var search = ModuleSearch(problems: .notCatalogued)
    search.run(directory)
    var diagnostics = search.problems
    var patches: [String: [Build]] = [:]
    var places: [String: String] = [:]
    for path in search.files {
      do throws(Diagnostic) {
        let (patch, build) = try entry(path, below: directory, replace: replace, url: url)
        if let other = places.updateValue(path.string, forKey: build.sha256) {
          places[build.sha256] = other
          throw Diagnostic(
            .notCatalogued, "\(path) is the same file as \(other)", advice: "keep one of them")
        }
        patches[patch, default: []].append(build)
      } catch {
        diagnostics.append(error)
      }
    }
    if search.files.isEmpty, search.problems.isEmpty {
      diagnostics.append(
        Diagnostic(
          .notCatalogued, "there is no module below \(directory)",
          advice: "name the directory that holds the .ko files"))
    }
    let sorted = patches.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted(by: precedes)) }
    return (ModuleCatalogue(name: name, patches: sorted), diagnostics)
  }

  /// Whoever owns it: nothing of it is run.
  private static func entry(
    _ path: FilePath, below directory: FilePath, replace: Bool?, url: String?
  ) throws(Diagnostic) -> (patch: String, build: Build) {
    let artefact: Artefact
    do throws(ArtefactProblem) {
      artefact = try Artefact(reading: path, sha256: nil, trust: .unchecked)
    } catch {
      throw Diagnostic(.notCatalogued, error.message, advice: error.advice)
    }
    let facts = artefact.facts
    guard facts.isLivepatch else {
      throw Diagnostic(
        .notCatalogued, "\(path) is the module \(facts.name), and no live patch",
        advice: "keep other modules somewhere else")
    }
    let identity = ModuleIdentity(facts)
    guard let release = facts.kernelRelease, ExactRelease.form.pattern?.matches(release) == true
    else {
      throw Diagnostic(
        .notCatalogued, "\(path) does not say for which kernel it was built",
        advice: "link it as the kernel's build does, with vermagic")
    }
    guard ModuleName.form.pattern?.matches(facts.name) == true else {
      throw Diagnostic(
        .notCatalogued,
        "\(path) holds a module of the name \(facts.name.quoted), and policies have "
          + "letters, digits and _ in such names", advice: "build it under another name")
    }
    let origin: (String, String)
    if let url {
      var below = path.string.dropFirst(directory.string.utf8.count)
      below = below.drop { $0 == "/" }
      let whole = url.hasSuffix("/") ? url + below : "\(url)/\(below)"
      guard ArtefactURL.form.pattern?.matches(whole) == true else {
        throw Diagnostic(
          .notCatalogued, "\(path) has a name that cannot stand in a URL",
          advice: "give it a name of letters, digits, `.`, `_` and `-`")
      }
      origin = ("url", whole)
    } else {
      origin = ("file", path.lexicallyNormalized().string)
    }
    let build = Build(
      release: release, version: identity.version, module: facts.name, origin: origin,
      sha256: artefact.sha256, buildID: facts.buildID, replace: facts.replace ?? replace,
      functions: facts.functionLines)
    return (identity.patch, build)
  }

  private static func precedes(_ one: Build, _ other: Build) -> Bool {
    if one.release != other.release { return one.release < other.release }
    switch compareDebian(one.version ?? "", other.version ?? "") {
    case .below: return true
    case .above: return false
    default: return (one.module, one.origin.value) < (other.module, other.origin.value)
    }
  }
}

/// What a module's name and version make of it in a catalogue.
struct ModuleIdentity {
  var patch: String
  var version: String?

  init(_ facts: ModuleFacts) {
    var name = Substring(facts.name)
    var number: String?
    if let mark = name.range(ofLast: "_v"), mark.upperBound < name.endIndex,
      name[mark.upperBound...].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      mark.lowerBound > name.startIndex
    {
      number = String(name[mark.upperBound...])
      name = name[..<mark.lowerBound]
    }
    for prefix in ["klp_", "kpatch_", "livepatch_"]
    where name.hasPrefix(prefix) && name.count > prefix.count {
      name = name.dropFirst(prefix.count)
      break
    }
    patch = String(name.map { $0 == "_" ? "-" : $0 }.drop { $0 == "-" })
    if patch.isEmpty { patch = facts.name }
    let own = facts.info["version"]
    version = own.flatMap { BuildVersion.form.pattern?.matches($0) == true ? $0 : nil } ?? number
  }
}

extension ModuleFacts {
  /// A line for each object: `vmlinux: cmdline_proc_show`; empty where the module does not tell.
  var functionLines: [String] {
    (objects ?? []).map { object in
      let names = object.functions.map { $0.sympos > 1 ? "\($0.name),\($0.sympos)" : $0.name }
      return "\(object.name): \(names.joined(separator: " "))"
    }
  }
}

extension Substring {
  /// Where a text stands the last time.
  fileprivate func range(ofLast text: String) -> Range<Index>? {
    var start = endIndex
    while start > startIndex {
      start = index(before: start)
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
    }
    return nil
  }
}
