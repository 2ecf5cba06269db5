internal import Documents
internal import Shapes

/// What vendors' services say of the running kernel, for a person; of other kernels how much there is.
func serviceLines(_ services: Services, _ release: String, _ style: Style) -> [String] {
  var lines: [String] = []
  if let kpatch = services.kpatch {
    let unit =
      switch kpatch.isUnitEnabled {
      case .known(true): "loaded at boot"
      case .known(false): "not loaded at boot: kpatch.service is not enabled"
      case .unknown: "whether they are loaded at boot is not known"
      }
    lines.append("  kpatch: " + unit)
    lines += moduleLines(kpatch.modules.value, release, style)
  }
  if let redHat = services.redHat {
    var title = "  Red Hat's packages"
    if let plugin = redHat.plugin {
      title += plugin.value.map { ", kpatch-dnf \($0.autoupdate ? "auto" : "manual")" } ?? ""
    }
    lines.append(title)
    lines += packageLines(redHat.packages, release, style)
  }
  if let suse = services.suse {
    lines.append("  SUSE's packages")
    lines += packageLines(suse.packages, release, style)
  }
  if let canonical = services.canonical { lines += canonicalLines(canonical, style) }
  return lines.isEmpty ? [] : ["", "Services"] + lines
}

private func moduleLines(
  _ modules: [Services.Module]?, _ release: String, _ style: Style
) -> [String] {
  guard let modules else { return [style.red("    could not be observed")] }
  let own = modules.filter { $0.release == release }
  var lines = own.map { module in
    "    "
      + printable(
        module.module.map { "\($0)" + (module.buildID.map { ", build \(shortID($0))" } ?? "") }
          ?? "\(module.path): \(module.file.rawValue)")
  }
  if own.count < modules.count {
    lines.append(style.dim("    \(modules.count - own.count) for other kernels"))
  }
  return lines.isEmpty ? [style.dim("    no module")] : lines
}

private func packageLines(
  _ packages: Fact<[Services.Package]>, _ release: String, _ style: Style
) -> [String] {
  guard let packages = packages.value else { return [style.red("    could not be observed")] }
  // A package without a module may be for any kernel.
  let own = packages.filter { $0.kernel == release || $0.isEmpty }
  var lines = own.flatMap { package in
    let end =
      package.supportedUntil.map { ", supported until \($0.value?.description ?? "unknown")" } ?? ""
    let title = package.isEmpty ? " (empty: no live patch as yet)" : end
    return ["    " + printable(package.id.nevr) + title]
      + package.modules.map { module in
        style.dim(
          "      "
            + printable(
              module.module.map { "\($0), build \(shortID(module.buildID ?? "none"))" }
                ?? "\(module.path): \(module.file.rawValue)"))
      }
  }
  if own.count < packages.count {
    lines.append(style.dim("    \(packages.count - own.count) for other kernels"))
  }
  return lines.isEmpty ? [style.dim("    none is installed")] : lines
}

private func canonicalLines(_ canonical: Services.Canonical, _ style: Style) -> [String] {
  let state =
    switch canonical.isEnabled {
    case .known(true): "enabled"
    case .known(false): "not enabled"
    case .unknown: style.red("could not be observed")
    }
  var lines = ["  Canonical's client: " + state]
  for kernel in canonical.kernels?.value ?? [] {
    let words = [
      kernel.state.value?.rawValue ?? "state unknown", kernel.version,
      kernel.supported.value?.rawValue,
      kernel.upgradeRequiredDate.map { "a newer kernel by \($0.value?.description ?? "unknown")" },
    ].compactMap { $0 }
    lines.append("    " + printable("\(kernel.kernel): \(words.joined(separator: ", "))"))
  }
  return lines
}
