import type { Category } from '../types.ts';

/**
 * The mnemonics of V8's interpreter, of the versions in Node 20, 22, 24 and 26 together (src/interpreter/bytecodes.h
 * in V8), without operand scale and without the short stores `Star0`…`Star15`, which count as `Star`. Loads of
 * constants and moves between registers and the accumulator are `register-move`; whatever touches a context, a
 * module's variable, a global, a property or an element is `memory`.
 */
const byCategory: Readonly<Record<Category, string>> = {
  arithmetic: `Add AddSmi Sub SubSmi Mul MulSmi Div DivSmi Mod ModSmi Exp ExpSmi Inc Dec Negate Add_StringConstant_Internalize
    Add_LhsIsStringConstant_Internalize Add_RhsIsStringConstant_Internalize`,
  bitwise: `BitwiseAnd BitwiseAndSmi BitwiseOr BitwiseOrSmi BitwiseXor BitwiseXorSmi BitwiseNot ShiftLeft ShiftLeftSmi
    ShiftRight ShiftRightSmi ShiftRightLogical ShiftRightLogicalSmi`,
  comparison: `TestEqual TestEqualStrict TestLessThan TestGreaterThan TestLessThanOrEqual TestGreaterThanOrEqual
    TestReferenceEqual TestInstanceOf TestIn TestUndetectable TestNull TestUndefined TestTypeOf LogicalNot
    ToBooleanLogicalNot ToBoolean`,
  'register-move': `Ldar Star Mov LdaZero LdaSmi LdaUndefined LdaNull LdaTheHole LdaTrue LdaFalse LdaConstant PushContext
    PopContext`,
  memory: `LdaGlobal LdaGlobalInsideTypeof StaGlobal LdaContextSlot LdaContextSlotNoCell LdaImmutableContextSlot
    LdaCurrentContextSlot LdaCurrentContextSlotNoCell LdaImmutableCurrentContextSlot LdaScriptContextSlot
    LdaCurrentScriptContextSlot StaContextSlot StaContextSlotNoCell StaCurrentContextSlot StaCurrentContextSlotNoCell
    StaScriptContextSlot StaCurrentScriptContextSlot LdaLookupSlot LdaLookupSlotInsideTypeof LdaLookupContextSlot
    LdaLookupContextSlotNoCell LdaLookupContextSlotInsideTypeof LdaLookupContextSlotNoCellInsideTypeof
    LdaLookupScriptContextSlot LdaLookupScriptContextSlotInsideTypeof LdaLookupGlobalSlot
    LdaLookupGlobalSlotInsideTypeof StaLookupSlot LdaModuleVariable StaModuleVariable GetNamedProperty
    GetNamedPropertyFromSuper GetKeyedProperty GetEnumeratedKeyedProperty SetNamedProperty SetKeyedProperty
    DefineNamedOwnProperty DefineKeyedOwnProperty DefineKeyedOwnPropertyInLiteral StaInArrayLiteral
    SetPrototypeProperties`,
  'control-flow': `Jump JumpConstant JumpLoop JumpIfNull JumpIfNullConstant JumpIfNotNull JumpIfNotNullConstant
    JumpIfUndefined JumpIfUndefinedConstant JumpIfNotUndefined JumpIfNotUndefinedConstant JumpIfUndefinedOrNull
    JumpIfUndefinedOrNullConstant JumpIfTrue JumpIfTrueConstant JumpIfFalse JumpIfFalseConstant JumpIfJSReceiver
    JumpIfJSReceiverConstant JumpIfToBooleanTrue JumpIfToBooleanTrueConstant JumpIfToBooleanFalse
    JumpIfToBooleanFalseConstant JumpIfForInDone JumpIfForInDoneConstant SwitchOnSmiNoFeedback SwitchOnGeneratorState
    SuspendGenerator ResumeGenerator Return Throw ReThrow ThrowReferenceErrorIfHole ThrowSuperNotCalledIfHole
    ThrowSuperAlreadyCalledIfNotHole ThrowIfNotSuperConstructor ThrowSymbolIteratorInvalid Abort`,
  call: `CallAnyReceiver CallProperty CallProperty0 CallProperty1 CallProperty2 CallUndefinedReceiver CallUndefinedReceiver0
    CallUndefinedReceiver1 CallUndefinedReceiver2 CallWithSpread CallRuntime CallRuntimeForPair CallJSRuntime
    InvokeIntrinsic Construct ConstructWithSpread ConstructForwardAllArgs GetIterator ForOfNext`,
  object: `CreateRegExpLiteral CreateArrayLiteral CreateArrayFromIterable CreateEmptyArrayLiteral CreateObjectLiteral
    CreateEmptyObjectLiteral CloneObject GetTemplateObject CreateClosure CreateBlockContext CreateCatchContext
    CreateFunctionContext CreateFunctionContextWithCells CreateEvalContext CreateWithContext CreateMappedArguments
    CreateUnmappedArguments CreateRestParameter DeletePropertyStrict DeletePropertySloppy ForInEnumerate ForInPrepare
    ForInContinue ForInNext ForInStep GetSuperConstructor FindNonDefaultConstructorOrConstruct`,
  other: 'ToName ToNumber ToNumeric ToObject ToString TypeOf SetPendingMessage Debugger Illegal',
};

const categoryByOpcode = new Map(
  Object.entries(byCategory).flatMap(([category, names]) =>
    names.split(/\s+/).map(name => [name, category as Category]),
  ),
);

/** The mnemonics that have a category of their own. */
export const knownOpcodes: ReadonlySet<string> = new Set(categoryByOpcode.keys());

/** The category of a mnemonic; one that a newer V8 has brought is `other`. */
export const bytecodeCategory = (opcode: string): Category => categoryByOpcode.get(opcode) ?? 'other';
