internal import Diagnostics
internal import Nodes

extension NodeDecoder: ValueShape {
  mutating func text<V>(_ form: TextForm, or placeholder: V, _ parse: (String) -> V?) -> V {
    guard isText(form) else { return placeholder }
    let text = table.string(node)
    if form.pattern?.matches(table.text.span.extracting(table.textRange(node))) ?? true,
      let value = parse(text)
    {
      return value
    }
    reject(text, form)
    return placeholder
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    guard let text = readPlain(.number, "a whole number") else { return Shapes.placeholder(range) }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let isDecimal = digits.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    guard isDecimal, digits == "0" || !digits.hasPrefix("0") else {
      report(.notDecimal, "\(subject) must be a whole number in decimal, not \(text.quoted)")
      return Shapes.placeholder(range)
    }
    guard let value = Int(text), range.contains(value) else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      report(.invalidValue, "\(subject) must be \(bounds), not \(text.quoted)")
      return Shapes.placeholder(range)
    }
    return value
  }

  mutating func number(_ range: ClosedRange<Double>) -> Double {
    guard let text = readPlain(.number, "a number") else { return Shapes.placeholder(range) }
    guard let value = Double(text), value.isFinite else {
      report(.notDecimal, "\(subject) must be a number in decimal, not \(text.quoted)")
      return Shapes.placeholder(range)
    }
    guard range.contains(value) else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      report(.invalidValue, "\(subject) must be \(bounds), not \(text.quoted)")
      return Shapes.placeholder(range)
    }
    return value
  }

  mutating func boolean() -> Bool {
    guard let text = readPlain(.boolean, "true or false", booleanAdvice) else { return false }
    return text.first == "t" || text.first == "T"
  }

  mutating func choice<V: RawRepresentable & CaseIterable>(_ type: V.Type) -> V
  where V.RawValue == String {
    guard isText() else { return firstCase(of: type) }
    let text = table.string(node)
    if let value = V(rawValue: text) { return value }
    let words = V.allCases.map(\.rawValue)
    report(
      .invalidValue, "\(subject) must be \(words.quotedList("or")), not \(text.quoted)",
      advice: suggestion(text, words) ?? abbreviation(text, words))
    return firstCase(of: type)
  }

  mutating func list<V: ShapedValue>(of type: V.Type) -> [V] {
    guard table.nodes[node].kind == .sequence else {
      wrongType("a list")
      return []
    }
    var values: [V] = []
    let end = Int(table.nodes[node].end)
    let subject = subject.item
    var item = node + 1
    while item < end {
      values.append(value(type, at: item, subject))
      item = Int(table.nodes[item].end)
    }
    return values
  }

  mutating func dictionary<V: ShapedValue>(_ keys: TextForm, of type: V.Type) -> [String: V] {
    guard table.nodes[node].kind == .mapping else {
      wrongType("a mapping")
      return [:]
    }
    var values: [String: V] = [:]
    var first: [String: Int] = [:]
    let children = table.children(node)
    for index in stride(from: 0, to: children.count, by: 2) {
      let (keyNode, valueNode) = (children[index], children[index + 1])
      let key = value(DictionaryKey.self, at: keyNode, .key("a key")).text
      let entry = value(type, at: valueNode, .key(key ?? "a key"))
      guard let key else { continue }
      if let earlier = first[key] {
        reportDuplicate(key, keyNode, first: earlier)
      } else {
        first[key] = keyNode
        values[key] = entry
        if keys.pattern?.matches(key) == false { reject(key, keys, at: keyNode) }
      }
    }
    return values
  }

  mutating func mapping<M: Shaped>(_ type: M.Type) -> M {
    mapping(type, header: [])
  }

  mutating func nullable<V: ShapedValue>(_ type: V.Type) -> V? {
    let node = table.nodes[node]
    if node.kind == .scalar, node.style == .plain,
      PlainScalar(table.text.span.extracting(table.textRange(self.node))) == .null
    {
      return nil
    }
    return V(value: &self)
  }
}

extension NodeDecoder {
  var isEmptyPlain: Bool {
    let node = table.nodes[node]
    return node.kind == .scalar && node.style == .plain && node.textCount == 0
  }

  /// The word that a text goes on after: `Mon` of `Monday`.
  private func abbreviation(_ text: String, _ words: [String]) -> String? {
    words.first { $0.utf8.count >= 3 && text.lowercased().hasPrefix($0.lowercased()) }
      .map { "write \($0)" }
  }

  /// Whether the current node is text; reports it when it is none. Where a text is due that has a
  /// form, and quotes would not give it that, the form's own advice is better.
  private mutating func isText(_ form: TextForm? = nil) -> Bool {
    let current = table.nodes[node]
    guard current.kind == .scalar, !isEmptyPlain else {
      wrongType("text")
      return false
    }
    guard current.style == .plain else { return true }
    let meaning = PlainScalar(table.text.span.extracting(table.textRange(node)))
    if meaning == .text { return true }
    let text = table.string(node)
    let what = meaning == .null ? "no value" : found(node)
    let formAdvice = form?.pattern?.matches(text) == false ? form?.advice(text) : nil
    report(
      .needsQuotes, "\(subject) must be text, and \(text.quoted) without quotes is \(what)",
      advice: formAdvice ?? "quote it: \"\(text)\"")
    return false
  }

  /// The text of a plain scalar with one meaning; nil after reporting that it has another.
  private mutating func readPlain(
    _ meaning: PlainScalar, _ due: String, _ advice: String? = nil
  ) -> String? {
    let current = table.nodes[node]
    if current.kind == .scalar,
      PlainScalar(table.text.span.extracting(table.textRange(node))) == meaning
    {
      if current.style == .plain { return table.string(node) }
      wrongType(due, advice: "take the quotes away")
    } else {
      wrongType(due, advice: advice)
    }
    return nil
  }

  /// What to write for what people write for true and false.
  private var booleanAdvice: String {
    guard table.nodes[node].kind == .scalar else { return "write true or false" }
    switch table.string(node).prefix(8).lowercased() {
    case "yes", "y", "on", "1", "true": return "write true"
    case "no", "n", "off", "0", "false": return "write false"
    default: return "write true or false"
    }
  }

  /// What to do where a value of the wrong type stands in the place of a text or a list.
  private func typeAdvice(_ due: String) -> String? {
    let kind = table.nodes[node].kind
    switch (due, kind) {
    case ("text", .sequence):
      let items = table.children(node)
      guard items.count == 1, table.nodes[items[0]].kind == .scalar else {
        return "write one text, without a list"
      }
      return "write \(table.string(items[0]).quoted), without a list"
    case ("text", .mapping): return "write one text; quote it if it has `: ` in it"
    case ("a list", .scalar) where table.nodes[node].textCount < 80:
      return "write a list of one: [\(table.string(node))]"
    default: return nil
    }
  }

  /// Reports that the node holds something of another type than is due.
  mutating func wrongType(_ due: String, advice: String? = nil) {
    if isEmptyPlain {
      report(
        .wrongType, "\(subject) has no value, and must be \(due)",
        advice: "give it a value, or leave the key out")
    } else {
      report(
        .wrongType, "\(subject) must be \(due), not \(found(node))",
        advice: advice ?? typeAdvice(due))
    }
  }

  private mutating func reject(_ text: String, _ form: TextForm, at node: Int? = nil) {
    report(
      form.code, "\(subject) must be \(form.name), not \(text.quoted)", at: node,
      advice: form.advice(text))
  }

  /// What a node holds, in words.
  func found(_ index: Int) -> String {
    switch table.nodes[index].kind {
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .scalar:
      if table.nodes[index].style == .quoted { return "text" }
      switch PlainScalar(table.text.span.extracting(table.textRange(index))) {
      case .null: return "null"
      case .boolean: return "true or false"
      case .number: return "a number"
      case .text: return "text"
      }
    }
  }
}

/// A key that the user chose; nil when it was no text.
private struct DictionaryKey: ShapedValue {
  let text: String?

  init<S: ValueShape>(value shape: inout S) {
    text = shape.text(.any, or: nil) { $0 }
  }
}
