// libtorch for the managed TorchSharp: any operator by its name, through the dispatcher's boxed calls. Every call that can fail
// returns null or zero then, and leaves the reason in torch_last_error.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/library.h>

namespace {

// The names and the layout are those of Argument.cs.
enum class Kind : int32_t { Default, Tensor, Int, Double, Bool, IntList, TensorList, Device, Generator };

struct Value {
  Kind kind;
  int32_t count;
  union {
    int64_t integer;
    double real;
    void* handle;
    const int64_t* integers;
    c10::TensorImpl* const* tensors;
  };
};

thread_local std::string last_error;

template <class Body>
auto guarded(Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const c10::Error& error) {
    last_error = error.what_without_backtrace();
  } catch (const std::exception& error) {
    last_error = error.what();
  } catch (...) {
    last_error = "an error of unknown type";
  }
  return {};
}

// A handle is a counted reference to a tensor's implementation; the managed tensor owns one.
at::Tensor borrow(c10::TensorImpl* handle) {
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(handle));
}

c10::TensorImpl* own(at::Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

c10::IValue unbox(const Value& value, const c10::Argument& argument) {
  switch (value.kind) {
    case Kind::Default: return argument.default_value().value_or(c10::IValue());
    case Kind::Tensor: return borrow(static_cast<c10::TensorImpl*>(value.handle));
    case Kind::Int: return value.integer;
    case Kind::Double: return value.real;
    case Kind::Bool: return value.integer != 0;
    case Kind::IntList: return c10::List<int64_t>(at::IntArrayRef(value.integers, value.count));
    case Kind::TensorList: {
      c10::List<at::Tensor> list;
      for (int32_t i = 0; i < value.count; i++) list.push_back(borrow(value.tensors[i]));
      return list;
    }
    case Kind::Device:
      return c10::Device(static_cast<c10::DeviceType>(value.count), static_cast<c10::DeviceIndex>(value.integer));
    case Kind::Generator: return *static_cast<at::Generator*>(value.handle);
  }
  TORCH_CHECK(false, "no such kind of argument");
}

// The gradient function of autograd as one more operator, so that it is called like all others.
std::vector<at::Tensor> grad(at::TensorList outputs, at::TensorList inputs, at::TensorList grad_outputs, bool retain_graph,
                             bool create_graph, bool allow_unused) {
  return torch::autograd::grad(outputs.vec(), inputs.vec(), grad_outputs.vec(), retain_graph, create_graph, allow_unused);
}

TORCH_LIBRARY(shim, library) {
  library.def("grad(Tensor[] outputs, Tensor[] inputs, Tensor[] grad_outputs, bool retain_graph, bool create_graph, "
              "bool allow_unused) -> Tensor[]", grad);
}

}  // namespace

#define SHIM extern "C" __attribute__((visibility("default")))

SHIM const char* torch_last_error() { return last_error.c_str(); }

// name: "namespace::operator" or "namespace::operator.overload". The result lives as long as the process.
SHIM const c10::OperatorHandle* torch_find_operator(const char* name) {
  return guarded([&] {
    std::string whole(name);
    auto dot = whole.find('.');
    auto overload = dot == std::string::npos ? std::string() : whole.substr(dot + 1);
    auto found = c10::Dispatcher::singleton().findSchemaOrThrow(whole.substr(0, dot).c_str(), overload.c_str());
    return new c10::OperatorHandle(found);
  });
}

// Arguments missing at the end are the schema's defaults. Results: the operator's one tensor, or those of its list.
SHIM int32_t torch_call(const c10::OperatorHandle* op, const Value* values, int32_t count, c10::TensorImpl** results,
                        int32_t capacity) {
  return guarded([&] {
    const auto& arguments = op->schema().arguments();
    TORCH_CHECK(static_cast<size_t>(count) <= arguments.size(), op->operator_name(), " has fewer arguments than ", count);
    torch::jit::Stack stack;
    stack.reserve(arguments.size());
    for (size_t i = 0; i < arguments.size(); i++)
      stack.push_back(unbox(i < static_cast<size_t>(count) ? values[i] : Value{}, arguments[i]));
    op->callBoxed(stack);
    TORCH_CHECK(stack.size() == 1, op->operator_name(), " has ", stack.size(), " results");
    if (stack[0].isTensor()) {
      results[0] = own(std::move(stack[0]).toTensor());
      return int32_t(1);
    }
    auto tensors = stack[0].toTensorVector();
    TORCH_CHECK(tensors.size() <= static_cast<size_t>(capacity), op->operator_name(), " gave more than ", capacity, " tensors");
    for (size_t i = 0; i < tensors.size(); i++) results[i] = own(std::move(tensors[i]));
    return static_cast<int32_t>(tensors.size());
  });
}

SHIM void torch_release(c10::TensorImpl* handle) {
  c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(handle);
}

SHIM int32_t torch_is_contiguous(c10::TensorImpl* handle) { return handle->is_contiguous(); }

SHIM int64_t torch_byte_count(c10::TensorImpl* handle) { return handle->numel() * static_cast<int64_t>(handle->itemsize()); }

SHIM void* torch_data(c10::TensorImpl* handle) {
  return guarded([&] { return handle->data(); });
}

SHIM int32_t torch_set_grad_enabled(int32_t enabled) {
  auto before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(enabled != 0);
  return before;
}

SHIM at::Generator* torch_new_generator(uint64_t seed) {
  return guarded([&] { return new at::Generator(at::detail::createCPUGenerator(seed)); });
}

SHIM void torch_seed_generator(at::Generator* generator, uint64_t seed) {
  std::lock_guard<std::mutex> lock(generator->mutex());
  generator->set_current_seed(seed);
}

SHIM void torch_release_generator(at::Generator* generator) { delete generator; }
