"""Calls Weir with the unmodified tritonclient, over gRPC and over HTTP, and prints what it got as one JSON object.

usage: check.py GRPC_ADDRESS HTTP_ADDRESS API_KEY ADMIN_KEY MODEL
"""

import json
import queue
import sys

import numpy
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http
from tritonclient.utils import InferenceServerException


def text_input(module, text):
    tensor = module.InferInput("text_input", [1], "BYTES")
    tensor.set_data_from_numpy(numpy.array([text.encode()], dtype=object))
    return tensor


def text_of(result):
    return result.as_numpy("text_output")[0].decode()


def refusal_of(call):
    try:
        call()
    except InferenceServerException as error:
        return str(error)
    return None


def shared_calls(module, client, headers, admin, model):
    """What both clients offer under the same names."""
    parameters = {"max_tokens": 8, "seed": 7, "temperature": 0}
    infer = lambda text: client.infer(model, [text_input(module, text)], request_id="r1", parameters=parameters, headers=headers)
    first = infer("The river")
    found = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model_ready": client.is_model_ready(model, headers=headers),
        "text": text_of(first),
        "same": text_of(first) == text_of(infer("The river")),
        "unknown_model": refusal_of(lambda: client.get_model_metadata("nobody", headers=headers)),
        "no_key": refusal_of(lambda: client.get_model_metadata(model)),
        "unknown_parameter": refusal_of(
            lambda: client.infer(model, [text_input(module, "a")], parameters={"beams": 4}, headers=headers)
        ),
        "load_refused": refusal_of(lambda: client.load_model(model, headers=headers)),
    }
    client.load_model(model, headers=admin)
    found["ready_after_load"] = client.is_model_ready(model, headers=headers)
    return found


def over_grpc(address, headers, admin, model):
    client = triton_grpc.InferenceServerClient(address)
    found = shared_calls(triton_grpc, client, headers, admin, model)
    found["server"] = client.get_server_metadata(as_json=True)
    found["metadata"] = client.get_model_metadata(model, headers=headers, as_json=True)
    found["streamed"] = streamed(client, headers, model)
    client.close()
    return found


def streamed(client, headers, model):
    answers = queue.Queue()
    client.start_stream(lambda result, error: answers.put((result, error)), headers=headers)
    client.async_stream_infer(model, [text_input(triton_grpc, "The river")], parameters={"max_tokens": 8, "temperature": 0})
    client.stop_stream()
    pieces = []
    while not answers.empty():
        result, error = answers.get()
        pieces.append(str(error) if error else text_of(result))
    return "".join(pieces)


def over_http(address, headers, admin, model):
    client = triton_http.InferenceServerClient(address)
    found = shared_calls(triton_http, client, headers, admin, model)
    found["server"] = client.get_server_metadata()
    found["metadata"] = client.get_model_metadata(model, headers=headers)
    plain = triton_http.InferInput("text_input", [1], "BYTES")
    plain.set_data_from_numpy(numpy.array([b"The river"], dtype=object), binary_data=False)
    output = triton_http.InferRequestedOutput("text_output", binary_data=False)
    parameters = {"max_tokens": 8, "seed": 7, "temperature": 0}
    # The client writes the length of an earlier raw body into the headers it is given, so this call gets its own.
    key = {"authorization": headers["authorization"]}
    answer = client.infer(model, [plain], outputs=[output], parameters=parameters, headers=key)
    found["json_text"] = str(answer.as_numpy("text_output")[0])
    client.close()
    return found


def main():
    grpc_address, http_address, key, admin_key, model = sys.argv[1:]
    headers = {"authorization": f"Bearer {key}"}
    admin = {"authorization": f"Bearer {admin_key}"}
    found = {
        "grpc": over_grpc(grpc_address, headers, admin, model),
        "http": over_http(http_address, headers, admin, model),
    }
    print(json.dumps(found))


main()
