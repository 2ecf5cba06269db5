package import Diagnostics
package import Nodes

/// Decodes a text that holds one mapping without a document's header, such as a line of a journal.
/// Unknown keys are passed over: a newer version may have written them.
///
/// - Returns: the value, nil if there were errors, and all diagnostics in order.
package func decodeValue<V: Shaped>(
  _ type: V.Type, from table: NodeTable
) -> (value: V?, diagnostics: [Diagnostic]) {
  var decoder = NodeDecoder(table: table)
  decoder.passesOverUnknownKeys = true
  guard let root = table.roots.first else { return (nil, []) }
  let value = decoder.value(type, at: root, .document)
  let diagnostics = decoder.diagnostics.sortedByLocation()
  return (diagnostics.containsError ? nil : value, diagnostics)
}
