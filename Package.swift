// swift-tools-version: 6.2
import PackageDescription

let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(name: "klpolicy", dependencies: [.package(url: "https://github.com/apple/swift-system", from: "1.8.1")], targets: [
.target(
      name: "PolicyModel",
      dependencies: [
        "Diagnostics", "Digests", "HostFacts", "Nodes", "PolicySyntax", "Shapes", "Files",
        system,
      ]),
.target(name: "PolicySyntax", dependencies: ["CLibYAML", "Diagnostics", "Nodes"]),
.target(name: "HostFacts"),
.target(name: "Files", dependencies: ["CLinux", system]),
.target(name: "Shapes", dependencies: ["Diagnostics", "JSONText", "Nodes"]),
.target(name: "JSONText", dependencies: ["Diagnostics", "Nodes"]),
.target(name: "Nodes", dependencies: ["Diagnostics"]),
.target(name: "Digests", dependencies: ["CLibCrypto", system]),
.target(name: "Diagnostics"),
.target(name: "CLinux"),
.systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
.systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
.testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics", "Nodes"]),
.testTarget(
      name: "PolicyModelTests",
      dependencies: [
        "Diagnostics", "Digests", "Files", "HostFacts", "Nodes", "PolicyModel", "Shapes", system,
      ]),
.testTarget(name: "JSONTextTests", dependencies: ["Diagnostics", "JSONText", "Nodes"]),
.testTarget(name: "PolicySyntaxTests", dependencies: ["Diagnostics", "Nodes", "PolicySyntax"]),
.executableTarget(name: "Scratch", dependencies: ["PolicyModel","Files",system,"PolicySyntax","Shapes","JSONText","Nodes","Diagnostics"], path: "Scratch")])
// One loop, so that no target can be forgotten.
for target in package.targets where target.type != .system && target.name != "CLinux" {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
