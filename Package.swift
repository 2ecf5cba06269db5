// swift-tools-version: 6.2
import PackageDescription

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
  name: "klpolicy",
  products: [.executable(name: "klpolicy", targets: ["klpolicy"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
  ],
  // In the order of the house: a target depends only on targets below it.
  targets: [
    .executableTarget(
      name: "klpolicy",
      dependencies: [
        "Agent", "Artefacts", "Compatibility", "Decompression", "Diagnostics", "Digests",
        "Documents",
        "Files", "Fleet",
        "HostFacts", "JSONText", "LivepatchHost", "ModuleFile", "Nodes", "Planning", "PolicyModel",
        "PolicyTesting", "Reconciliation", "Rendering", "Shapes", "SystemJournal", "VendorServices",
        argumentParser, system,
      ],
      linkerSettings: [
        // Swift's runtime takes little of libstdc++, and relocating all of the shared one, and offering
        // the symbols of this program to it, was a fifth of what each start takes.
        .unsafeFlags(
          ["-L\(Context.packageDirectory)/.package/link", "-Xlinker", "--no-export-dynamic"],
          .when(configuration: .release))
      ]),
    .target(
      name: "Rendering",
      dependencies: ["Diagnostics", "Digests", "Documents", "JSONText", "Shapes", "SystemJournal"]),
    .target(
      name: "Agent",
      dependencies: [
        "Artefacts", "CEvents", "ChildProcess", "Diagnostics", "Digests", "Documents", "Files",
        "JSONText", "LivepatchHost", "Nodes", "Planning", "PolicyModel", "PolicySyntax",
        "Reconciliation", "Shapes", system,
      ]),
    .target(
      name: "Fleet",
      dependencies: [
        "Diagnostics", "Documents", "Files", "JSONText", "Nodes", "Reconciliation", "Shapes",
        "Workers", system,
      ]),
    .target(
      name: "Reconciliation",
      dependencies: [
        "Artefacts", "CSignals", "ChildProcess", "Compatibility", "Diagnostics", "Digests",
        "Documents", "Files", "HostFacts",
        "JSONText", "Journal", "LivepatchHost", "ModuleFile", "Nodes", "Planning", "PolicyModel",
        "PolicySyntax", "Shapes", "VendorServices", system,
      ]),
    .target(
      name: "PolicyTesting",
      dependencies: [
        "Diagnostics", "Digests", "Documents", "Files", "JSONText", "ModuleFile", "Nodes",
        "Planning", "PolicyModel", "Shapes", "Workers", system,
      ]),
    .target(
      name: "VendorServices",
      dependencies: [
        "ChildProcess", "Decompression", "Diagnostics", "Digests", "Documents", "Files",
        "HostFacts",
        "JSONText", "Journal", "LivepatchHost", "ModuleFile", "Nodes", "Shapes", system,
      ]),
    .target(
      name: "LivepatchHost",
      dependencies: [
        "CLibKmod", "CLinux", "Decompression", "Digests", "Documents", "Files", "HostFacts",
        "Journal",
        "ModuleFile", system,
      ]),
    .target(
      name: "Artefacts",
      dependencies: [
        "ChildProcess", "Decompression", "Digests", "Documents", "Files", "Journal", "ModuleFile",
        system,
      ]),
    .target(
      name: "Journal",
      dependencies: [
        "Diagnostics", "Digests", "Documents", "Files", "JSONText", "Nodes", "Shapes", system,
      ]),
    .target(
      name: "Planning",
      dependencies: [
        "Compatibility", "Diagnostics", "Digests", "Documents", "HostFacts", "JSONText",
        "KernelRules",
        "ModuleFile", "Nodes", "PolicyModel", "Schedule", "Shapes",
      ]),
    .target(name: "Compatibility", dependencies: ["Documents", "ModuleFile"]),
    .target(name: "KernelRules"),
    .target(
      name: "PolicyModel",
      dependencies: [
        "Diagnostics", "Digests", "Documents", "Files", "HostFacts", "Nodes", "PolicySyntax",
        "Schedule", "Shapes", "Workers", system,
      ]),
    .target(name: "PolicySyntax", dependencies: ["CLibYAML", "Diagnostics", "Nodes"]),
    .target(name: "Documents", dependencies: ["JSONText", "Shapes"]),
    .target(name: "HostFacts"),
    .target(name: "ModuleFile"),
    .target(
      name: "Schedule",
      dependencies: ["Diagnostics", "Files", "JSONText", "Nodes", "Shapes", system]),
    .target(name: "Decompression", dependencies: ["CLibLZMA", "CLibZstd", "CZlib"]),
    .target(name: "ChildProcess", dependencies: ["Files", subprocess, system]),
    .target(name: "Files", dependencies: ["CFiles", system]),
    .target(name: "Shapes", dependencies: ["Diagnostics", "JSONText", "Nodes"]),
    .target(name: "JSONText", dependencies: ["Diagnostics", "Nodes"]),
    .target(name: "Nodes", dependencies: ["Diagnostics"]),
    .target(name: "Digests", dependencies: ["CLibCrypto", system]),
    .target(name: "Diagnostics"),
    .target(name: "SystemJournal"),
    .target(name: "Workers"),
    .target(name: "CLinux"),
    .target(name: "CFiles"),
    .target(name: "CEvents"),
    .target(name: "CSignals"),
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CLibKmod", pkgConfig: "libkmod", providers: [.apt(["libkmod-dev"])]),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CLibLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    .systemLibrary(name: "CLibZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .executableTarget(
      name: "YAMLTree",
      dependencies: ["Diagnostics", "Files", "JSONText", "Nodes", "PolicySyntax", system],
      path: "Tests/YAMLTree"),
    .executableTarget(
      name: "KernelWalk",
      dependencies: [
        "Artefacts", "Documents", "Files", "Journal", "KernelRules", "LivepatchHost", "ModuleFile",
        system,
      ],
      path: "Tests/KernelWalk"),
    .target(
      name: "Fuzz",
      dependencies: [
        "Artefacts", "Compatibility", "Diagnostics", "Digests", "Documents", "JSONText",
        "ModuleFile",
        "ModuleFixtures", "Nodes", "PolicyModel", "Rendering",
      ],
      path: "Tests/Fuzz/Target"),
    .target(name: "ModuleFixtures", path: "Tests/ModuleFixtures"),
    .testTarget(name: "SystemJournalTests", dependencies: ["SystemJournal"]),
    .testTarget(name: "WorkersTests", dependencies: ["Workers"]),
    .testTarget(name: "DigestsTests", dependencies: ["ChildProcess", "Digests", system]),
    .testTarget(name: "JSONTextTests", dependencies: ["Diagnostics", "JSONText", "Nodes"]),
    .testTarget(name: "FilesTests", dependencies: ["Files", system]),
    .testTarget(name: "ModuleFileTests", dependencies: ["ModuleFile", "ModuleFixtures"]),
    .testTarget(
      name: "ArtefactsTests",
      dependencies: [
        "Artefacts", "ChildProcess", "Decompression", "Digests", "Documents", "Files", "Journal",
        "ModuleFile", "ModuleFixtures", system,
      ], exclude: ["server.py"]),
    .testTarget(
      name: "DecompressionTests", dependencies: ["ChildProcess", "Decompression", system]),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics", "Nodes"]),
    .testTarget(name: "ShapesTests", dependencies: ["Diagnostics", "JSONText", "Nodes", "Shapes"]),
    .testTarget(
      name: "PolicyModelTests",
      dependencies: [
        "Diagnostics", "Digests", "Documents", "Files", "HostFacts", "Nodes", "PolicyModel",
        "Shapes", system,
      ]),
    .testTarget(
      name: "ScheduleTests",
      dependencies: [
        "ChildProcess", "Diagnostics", "Nodes", "PolicySyntax", "Schedule", "Shapes", system,
      ],
      exclude: ["oracle.py"]),
    .testTarget(name: "ChildProcessTests", dependencies: ["ChildProcess", system]),
    .testTarget(name: "HostFactsTests", dependencies: ["ChildProcess", "HostFacts", system]),
    .testTarget(name: "PolicySyntaxTests", dependencies: ["Diagnostics", "Nodes", "PolicySyntax"]),
    .testTarget(name: "KernelRulesTests", dependencies: ["KernelRules"]),
    .testTarget(
      name: "JournalTests",
      dependencies: ["Diagnostics", "Digests", "Documents", "Files", "Journal", system]),
    .testTarget(
      name: "DocumentsTests",
      dependencies: ["Diagnostics", "Documents", "Files", "JSONText", "Nodes", "Shapes", system],
      exclude: ["Golden"]),
    .testTarget(
      name: "PlanningTests",
      dependencies: [
        "Compatibility", "Diagnostics", "Documents", "KernelRules", "ModuleFile", "Nodes",
        "Planning", "PolicyModel", "Schedule",
        system,
      ]),
    .testTarget(
      name: "PolicyTestingTests",
      dependencies: [
        "Diagnostics", "Documents", "Files", "Nodes", "PolicyModel", "PolicyTesting",
      ]),
    .testTarget(
      name: "LivepatchHostTests",
      dependencies: [
        "Documents", "Files", "Journal", "LivepatchHost", "ModuleFixtures", system,
      ]),
    .testTarget(
      name: "VendorServicesTests",
      dependencies: [
        "ChildProcess", "Documents", "Files", "Journal", "LivepatchHost", "ModuleFixtures",
        "Shapes",
        "VendorServices", system,
      ], exclude: ["canonical-livepatch", "packages"]),
    .testTarget(
      name: "AgentTests",
      dependencies: [
        "Agent", "Artefacts", "ChildProcess", "Diagnostics", "Digests", "Documents", "Files",
        "LivepatchHost", "Reconciliation", system,
      ]),
    .testTarget(
      name: "CompatibilityTests", dependencies: ["Compatibility", "Documents", "ModuleFile"]),
    .testTarget(
      name: "RenderingTests",
      dependencies: [
        "Diagnostics", "Documents", "Files", "JSONText", "Rendering", "Shapes", "SystemJournal",
        system,
      ],
      exclude: ["Golden"]),
    .testTarget(
      name: "KlpolicyTests",
      dependencies: [
        "ChildProcess", "Diagnostics", "Digests", "Files", "JSONText", "klpolicy", "ModuleFixtures",
        "Nodes", system,
      ],
      exclude: ["Golden", "GoldenWindows", "Mistakes"]),
  ]
)

// One loop, so that no target can be forgotten.
for target in package.targets
where target.type != .system && !["CLinux", "CFiles", "CEvents", "CSignals"].contains(target.name) {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // Generic types are looked up by calls, not by their names: at a program's start the runtime would
    // pass over all conformances of the binary for each name, which was a third of what `status` takes.
    .unsafeFlags(
      ["-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors"],
      .when(configuration: .release)),
  ]
}
