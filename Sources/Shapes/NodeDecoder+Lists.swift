internal import Diagnostics
internal import Nodes

extension NodeDecoder {
  mutating func list<V: ShapedValue>(of type: V.Type, count: ClosedRange<Int>) -> [V] {
    let values = list(of: type)
    if table.nodes[node].kind == .sequence, !count.contains(values.count) {
      report(
        .invalidValue, "\(subject) must have \(itemsDue(count, values.count))",
        advice: values.count < count.lowerBound
          ? "add \(itemDue(type)), or leave the key out where it need not be there"
          : "keep no more than \(count.upperBound)")
    }
    return values
  }

  mutating func oneOrMany<V: ShapedValue>(of type: V.Type) -> [V] {
    switch table.nodes[node].kind {
    case .sequence: return list(of: type, count: 1...Int.max)
    case .scalar where !isEmptyPlain: return [V(value: &self)]
    case .scalar, .mapping:
      let form = Anatomy(of: type).example.map { "write a text such as \($0), or a list of such" }
      wrongType("one value or a list of them", advice: form)
      return []
    }
  }

  private func itemDue<V: ShapedValue>(_ type: V.Type) -> String {
    Anatomy(of: type).example.map { "an item such as \($0)" } ?? "an item"
  }

  private func itemsDue(_ count: ClosedRange<Int>, _ found: Int) -> String {
    func items(_ count: Int) -> String { count == 1 ? "1 item" : "\(count) items" }
    if found < count.lowerBound {
      return found == 0 && count.lowerBound == 1
        ? "at least 1 item, and is empty" : "at least \(items(count.lowerBound)), not \(found)"
    }
    return "at most \(items(count.upperBound)), not \(found)"
  }
}
