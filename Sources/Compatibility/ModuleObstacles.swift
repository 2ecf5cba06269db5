package import Documents
package import ModuleFile

/// What a policy says of the module that it defines.
package struct DeclaredModule: Hashable, Sendable {
  package var module: String
  package var replace: Bool?

  package init(module: String, replace: Bool?) {
    self.module = module
    self.replace = replace
  }
}

/// What keeps one module from being loaded on a host as the live patch that its policy declares.
///
/// The checks are stricter than the kernel's: with symbol versions in a module, the kernel ignores
/// the release in its vermagic.
package func moduleObstacles(
  _ facts: ModuleFacts, declared: DeclaredModule, on host: Host, live: LiveState
) -> Findings {
  var findings = Findings()
  func block(
    _ reason: Reason, _ message: String, fact: String? = nil, _ refusal: Refusal? = nil
  ) {
    findings.obstacles.append(Obstacle(reason, message, fact: fact, refusal: refusal))
  }

  guard facts.isLivepatch else {
    block(
      .notALivepatch,
      "module \(facts.name) is no live patch: its module information has no livepatch=Y; "
        + "name a module that was built as a live patch", fact: "modinfo",
      facts.enables == true ? Refusal(.enabling, "EINVAL") : nil)
    return findings
  }
  if facts.enables == false {
    block(
      .notALivepatch,
      "module \(facts.name) says that it is a live patch and never enables one (it does not use "
        + "klp_enable_patch): the kernel would load it, and nothing would be patched; build it as a "
        + "live patch", fact: "symbols")
  } else if !facts.hasInit {
    block(
      .notALivepatch,
      "module \(facts.name) has an init that the kernel never calls (its struct module does not say where "
        + "it is): the kernel would load it, and nothing would be patched; build it anew",
      fact: "symbols")
  }
  if facts.name != declared.module {
    block(
      .otherModuleName,
      "the file holds module \(facts.name), the policy says \(declared.module); "
        + "write module: \(facts.name), or name the right file")
  }
  if facts.buildID == nil {
    block(
      .noBuildID,
      "module \(facts.name) carries no GNU build ID, so that once loaded it could not be told from "
        + "another build; link it with --build-id")
  }
  let built = facts.kernelRelease
  if built != host.kernel.release {
    block(
      .incompatibleVermagic,
      "module \(facts.name) was built for kernel \(built ?? "(none named)"), this host runs "
        + "\(host.kernel.release); name the build for this release", fact: "uname -r",
      // With versions of symbols the kernel looks at those, and not at the release.
      facts.versions == nil ? Refusal(.vermagic, "ENOEXEC") : nil)
  }
  // uname(2) tells ppc64 from ppc64le, an ELF file's machine number does not.
  if !host.architecture.hasPrefix("\(facts.machine)") {
    block(
      .incompatibleVermagic,
      "module \(facts.name) was built for \(facts.machine), this host is \(host.architecture); name "
        + "the build for this architecture", fact: "uname -m", Refusal(.format, "ENOEXEC"))
  }
  if let read = facts.replace, let said = declared.replace, read != said {
    block(
      .replaceMismatch,
      "module \(facts.name) has replace = \(read), the policy declares replace: \(said); "
        + "write replace: \(read)")
  }
  findings.add(hookingObstacles(host.kernel))
  if case .malformed(let what) = facts.signature {
    block(
      .signatureInvalid,
      "the signature of module \(facts.name) is damaged, and no kernel takes that (EBADMSG): "
        + "\(what); copy it again from where it was built, or sign it anew", fact: "signature",
      Refusal(.signature, "EBADMSG"))
  } else if case .present(let signature) = facts.signature,
    signature.signers.contains(where: \.hasAttributes)
  {
    block(
      .signatureInvalid,
      "the signature of module \(facts.name) is one of attributes, which no kernel takes; sign it with "
        + "the kernel's sign-file, or with openssl cms -noattr", fact: "signature",
      Refusal(.signature, "EKEYREJECTED"))
  } else if !facts.isSigned {
    let enforced = findings.need(
      host.kernel.signatureEnforced, "/sys/module/module/parameters/sig_enforce")
    let lockdown = host.kernel.lockdown.flatMap {
      findings.need($0, "/sys/kernel/security/lockdown")
    }
    if enforced == true || lockdown == .integrity || lockdown == .confidentiality {
      block(
        .signatureMissing,
        "module \(facts.name) is not signed, and this kernel loads signed modules only"
          + (enforced == true ? " (sig_enforce)" : " (lockdown)")
          + "; sign it with a key that the kernel trusts",
        fact: enforced == true
          ? "/sys/module/module/parameters/sig_enforce" : "/sys/kernel/security/lockdown",
        Refusal(.signature, enforced == true ? "EKEYREJECTED" : "EPERM"))
    }
  }
  if let modules = live.modules, let loaded = findings.need(modules, "/proc/modules") {
    let missing = facts.depends.filter { !loaded.contains($0) }
    if !missing.isEmpty {
      block(
        .dependsMissing,
        "module \(facts.name) depends on \(missing.joined(separator: ", ")), not loaded; "
          + "load it first (modprobe \(missing.joined(separator: " ")))", fact: "/proc/modules",
        Refusal(.symbols, "ENOENT"))
    }
    if loaded.contains(facts.name), !live.patches.contains(where: { $0.module == facts.name }) {
      block(
        .nameClash,
        "a module named \(facts.name) is loaded that is no live patch, and the kernel holds one "
          + "module of a name; unload it first", fact: "/proc/modules",
        Refusal(.name, "EEXIST"))
    }
  }
  return findings
}

extension ModuleFacts {
  /// Whether it can enable a live patch at all; nil when its symbols are not known.
  fileprivate var enables: Bool? {
    needed.map { $0.contains { $0.name == "klp_enable_patch" } }
  }
}
